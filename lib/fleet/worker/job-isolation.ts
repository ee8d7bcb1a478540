/** What the program of a job is kept from. Untrusted code wants `SYSTEMD`, or an isolation of its own as the command. */
export enum JobIsolation {
  /**
   * Gaining rights, and outliving the agent. Not from the credentials of the instance's role, the network and the files
   * of the instance: for code of your own.
   */
  PROCESS = 'process',
  /**
   * Also from the network, with the metadata service and its credentials, and from other processes. Not from files that
   * every user may read.
   */
  NAMESPACES = 'namespaces',
  /**
   * Also from writing files, from home directories, devices and other users, by a transient systemd unit for each job.
   * The agent must run as root for that. The command line is tested; a run under systemd was not.
   */
  SYSTEMD = 'systemd',
}
