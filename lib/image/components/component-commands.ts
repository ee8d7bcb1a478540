/** Commands of a component, each list run as one bash script that stops at its first failing command. */
export interface ComponentCommands {
  /** Name of the component: letters, digits and `-`, different from the other components' of the image. */
  readonly name: string;
  /**
   * Commands that run on the build instance, as root.
   *
   * @default - none
   */
  readonly buildCommands?: string[];
  /**
   * Commands that run on the build instance after every component's build; a failure ends the build before an AMI exists.
   *
   * @default - none
   */
  readonly validateCommands?: string[];
  /**
   * Commands that run on fresh instances of the AMI, one for each processor generation under test; a failure fails the
   * image, so that no launch template ever sees its id.
   *
   * @default - none
   */
  readonly testCommands?: string[];
}
