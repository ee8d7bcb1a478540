import { Action, runScript } from './action';
import { InputEntry, InputValue } from './component-document';
import { InputKind } from './inputs';

const OWNERSHIP = { owner: 'text', group: 'text', permissions: 'permissions' } as const;

const SET_OWNERSHIP = `
[ -z "$owner" ] || chown "$owner" "$path"
[ -z "$group" ] || chgrp "$group" "$path"
[ -z "$permissions" ] || chmod "$permissions" "$path"`;

/** An action whose inputs become variables of a script, and whose content its standard input. */
function fileAction(
  required: Readonly<Record<string, InputKind>>,
  optional: Readonly<Record<string, InputKind>>,
  script: string,
): Action {
  const names = Object.keys({ ...required, ...optional }).filter((name) => name !== 'content');
  const variables = names.map((name, index) => `${name}=\${${index + 1}}`).join(' ');
  return {
    form: 'list',
    required,
    optional,
    run: (entry, context) => {
      const text = (name: string) => scalar(entry, name);
      return runScript(context, `set -eu\n${variables}\n${script}`, names.map(text), text('content'));
    },
  };
}

function scalar(entry: InputEntry, name: string): string {
  const value: InputValue | undefined = entry[name];
  return typeof value === 'string' ? value : '';
}

/** Takes the last part of a path for a pattern, as the file modules do. */
const MATCHES = `
matches=("$(dirname "$pattern")"/$(basename "$pattern"))
[ -e "\${matches[0]}" ] || { echo "$pattern does not exist" >&2; exit 1; }`;

export const FILE_ACTIONS: Readonly<Record<string, Action>> = {
  CreateFile: fileAction(
    { path: 'text' },
    { content: 'text', encoding: 'encoding', overwrite: 'boolean', ...OWNERSHIP },
    `if [ "$overwrite" = false ] && [ -e "$path" ]; then echo "$path exists" >&2; exit 1; fi
mkdir -p "$(dirname "$path")"
cat >"$path"
${SET_OWNERSHIP}`,
  ),
  AppendFile: fileAction(
    { path: 'text' },
    { content: 'text', encoding: 'encoding' },
    '[ -e "$path" ] || { echo "$path does not exist" >&2; exit 1; }; cat >>"$path"',
  ),
  CreateFolder: fileAction(
    { path: 'text' },
    { overwrite: 'boolean', ...OWNERSHIP },
    `if [ -e "$path" ]; then
  [ "$overwrite" != false ] || { echo "$path exists" >&2; exit 1; }
  rm -rf "$path"
fi
mkdir -p "$path"
${SET_OWNERSHIP}`,
  ),
  CreateSymlink: fileAction(
    { path: 'text', target: 'text' },
    { force: 'boolean' },
    `[ -e "$target" ] || { echo "$target does not exist" >&2; exit 1; }
if [ -L "$path" ]; then [ "$force" = true ] || { echo "$path exists" >&2; exit 1; }; rm "$path"; fi
[ ! -e "$path" ] || { echo "$path is no link" >&2; exit 1; }
mkdir -p "$(dirname "$path")"
ln -s "$target" "$path"`,
  ),
  CopyFile: fileAction(
    { source: 'text', destination: 'text' },
    { overwrite: 'boolean' },
    `pattern=$source ${MATCHES}
case $destination in */) mkdir -p "$destination" ;; *) mkdir -p "$(dirname "$destination")" ;; esac
if [ "$overwrite" = false ] && [ -f "$destination" ]; then echo "$destination exists" >&2; exit 1; fi
cp "\${matches[@]}" "$destination"`,
  ),
  MoveFile: fileAction(
    { source: 'text', destination: 'text' },
    { overwrite: 'boolean' },
    `pattern=$source ${MATCHES}
case $destination in */) mkdir -p "$destination" ;; *) mkdir -p "$(dirname "$destination")" ;; esac
if [ "$overwrite" = false ] && [ -f "$destination" ]; then echo "$destination exists" >&2; exit 1; fi
mv "\${matches[@]}" "$destination"`,
  ),
  DeleteFile: fileAction({ path: 'text' }, {}, `pattern=$path ${MATCHES}\nrm "\${matches[@]}"`),
  DeleteFolder: fileAction(
    { path: 'text' },
    { force: 'boolean' },
    'if [ "$force" = true ]; then rm -r "$path"; else rmdir "$path"; fi',
  ),
  SetFileOwner: fileAction({ path: 'text', owner: 'text' }, { group: 'text' }, `permissions=\n${SET_OWNERSHIP}`),
  SetFilePermissions: fileAction({ path: 'text', permissions: 'permissions' }, {}, 'chmod "$permissions" "$path"'),
};
