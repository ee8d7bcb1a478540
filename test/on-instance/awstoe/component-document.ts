/** A value of an input. Scalars stay the text that they were written as: AWSTOE takes 0644 for a string. */
export type InputValue = string | readonly string[];
export type InputEntry = Readonly<Record<string, InputValue>>;

export interface Step {
  readonly name: string;
  readonly action: string;
  readonly timeoutSeconds: number;
  readonly onFailure: 'Abort' | 'Continue' | 'Ignore';
  readonly maxAttempts: number;
  readonly inputs: InputEntry | readonly InputEntry[];
}

export interface Phase {
  readonly name: string;
  readonly steps: readonly Step[];
}

export interface ComponentDocument {
  readonly name: string;
  readonly phases: readonly Phase[];
}
