import { Action, ActionContext, ActionResult, DONE, runScript } from './action';
import { InputEntry } from './component-document';

/** Exit status by which a script asks AWSTOE to restart the instance and run it again. */
const ASKS_FOR_RESTART = 194;

const RUN_AS_FILE = `
file=$(mktemp /var/tmp/awstoe-XXXXXXXX)
trap 'rm -f "$file"' EXIT
cat >"$file"
bash "$file" </dev/null`;

const DOWNLOAD = `
if [ -d "$1" ]; then set -- "\${1%/}/$2" "$2" "$3"; fi
if [ ! -d "$(dirname "$1")" ]; then echo "the folder of $1 does not exist" >&2; exit 1; fi
if [ "$3" = false ] && [ -e "$1" ]; then echo "$1 exists" >&2; exit 1; fi
cat >"$1"`;

async function executeBash(entry: InputEntry, context: ActionContext): Promise<ActionResult> {
  const commands = (entry.commands as readonly string[]).join('\n');
  return refuseRestart(await runScript(context, RUN_AS_FILE, [], commands));
}

async function executeBinary(entry: InputEntry, context: ActionContext): Promise<ActionResult> {
  const args = [entry.path as string, ...((entry.arguments as readonly string[] | undefined) ?? [])];
  return refuseRestart(await runScript(context, 'exec "$@" </dev/null', args));
}

function refuseRestart(result: ActionResult): ActionResult {
  const why = 'asks for a restart by exit status 194, which is not played';
  return result.status === ASKS_FOR_RESTART ? { ...result, output: `${result.output}${why}` } : result;
}

async function download({ source, destination, overwrite = 'true' }: InputEntry, context: ActionContext) {
  const object = await context.objects.get(source as string);
  const name = (source as string).split('/').at(-1)!;
  return runScript(context, DOWNLOAD, [destination as string, name, overwrite as string], object);
}

export const EXECUTION_ACTIONS: Readonly<Record<string, Action>> = {
  ExecuteBash: { form: 'dictionary', required: { commands: 'texts' }, optional: {}, run: executeBash },
  ExecuteBinary: {
    form: 'dictionary',
    required: { path: 'text' },
    optional: { arguments: 'texts' },
    run: executeBinary,
  },
  S3Download: {
    form: 'list',
    required: { source: 'text', destination: 'text' },
    optional: { expectedBucketOwner: 'text', overwrite: 'boolean' },
    run: download,
  },
  Reboot: {
    form: 'dictionary',
    required: {},
    optional: { delaySeconds: 'text' },
    run: async (_, context) => {
      await context.restart();
      return DONE;
    },
  },
  UpdateOS: {
    form: 'dictionary',
    required: {},
    optional: { include: 'texts', exclude: 'texts' },
    run: (_, context) => runScript(context, 'dnf upgrade --assumeyes', []),
  },
};
