import { createContext, Script } from 'node:vm';

const SCRIPT = new Script('work()');

/** V8 ends a script and whatever it calls, so the work is called by one: there is no other way to end a loop. */
const CONTEXT = createContext({});

/**
 * Does work that might not end.
 *
 * @throws Error with the code ERR_SCRIPT_EXECUTION_TIMEOUT when its time is over
 * @throws what the work throws
 */
export function withinTime<Result>(milliseconds: number, work: () => Result): Result {
  let result: Result | undefined;
  CONTEXT.work = (): void => {
    result = work();
  };
  SCRIPT.runInContext(CONTEXT, { timeout: milliseconds });
  return result as Result;
}
