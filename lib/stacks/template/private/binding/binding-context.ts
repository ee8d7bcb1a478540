import { Construct } from 'constructs';
import { ScalableFleet } from '../../../../fleet';

/** What binding needs beside the data. */
export interface BindingContext {
  /**
   * The parent of imported resources, inside a stack. One import is made of each, however often the data names it. Their
   * values are plain text, so that a stack which is never synthesized will do, and other stacks may use them.
   */
  readonly scope: Construct;
  /** The directory that relative paths in the data start from. */
  readonly directory: string;
  /**
   * The fleets that the data may name.
   *
   * @default - none
   */
  readonly fleets?: ReadonlyMap<string, ScalableFleet>;
  /**
   * Keys that the file has beside those of the data, by the path of the map with dots: who misspells one is told of it.
   *
   * @default - none
   */
  readonly keysBeside?: Readonly<Record<string, readonly string[]>>;
}
