import { fork } from 'node:child_process';
import { Command } from 'commander';
import { OnProgress, Part, PartResult, planPart } from './plan-part';

const NAME = 'plan-part';

/** In MB. Synthesis makes millions of short-lived objects, and with V8's 16 a sixth of its time goes into their removal. */
const ROOM_FOR_YOUNG_OBJECTS = '--max-semi-space-size=64';

type Message =
  { readonly progress: readonly [number, number] } | { readonly result: PartResult } | { readonly failure: string };

/** The command that a process of its own runs. It speaks to its parent alone, so that it stands in no help. */
export function planPartCommand(): Command {
  return new Command(NAME)
    .argument('<file>')
    .argument('<index>')
    .argument('<of>')
    .action(async (file: string, index: string, of: string) => {
      const send = (message: Message) => process.send?.(message);
      try {
        const part = { index: Number(index), of: Number(of) };
        send({ result: await planPart(file, part, (...progress) => send({ progress })) });
      } catch (error) {
        send({ failure: (error as Error).message });
      }
    });
}

/** Plans a part in a process of its own, by the program that this process runs. */
export function planPartApart(file: string, { index, of }: Part, onProgress: OnProgress): Promise<PartResult> {
  return new Promise((resolve, reject) => {
    const child = fork(process.argv[1], [NAME, file, `${index}`, `${of}`], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      execArgv: [...process.execArgv, ROOM_FOR_YOUNG_OBJECTS],
    });
    child.on('message', (message: Message) => {
      if ('progress' in message) {
        onProgress(...(message.progress as [number, number]));
      } else if ('result' in message) {
        resolve(message.result);
      } else {
        reject(new Error(message.failure));
      }
    });
    child.on('error', reject);
    // After everything that the process said; the end of the process may be noticed before that.
    child.on('disconnect', () => reject(new Error('a process that plans fleets ended before it was done')));
  });
}
