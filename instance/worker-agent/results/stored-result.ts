/** A result as the ledger and the result queue carry it: itself, or where it lies. */
export interface StoredResult {
  /** How long it is, in bytes. */
  readonly bytes: number;
  /** The result itself, when it is small. */
  readonly body?: string;
  /** How `body` is written: as text, or in base64 when it is not valid UTF-8. */
  readonly encoding?: 'utf-8' | 'base64';
  /** Where it lies, when it is big. */
  readonly bucket?: string;
  readonly key?: string;
}
