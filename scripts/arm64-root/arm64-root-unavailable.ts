/** This machine cannot make or run an Arm64 root. The message says why, and what to do. */
export class Arm64RootUnavailable extends Error {
  public constructor(why: string, remedy: string) {
    super(`no Arm64 root on this machine: ${why}. ${remedy}.`);
    this.name = 'Arm64RootUnavailable';
  }
}
