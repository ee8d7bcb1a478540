import { Problem } from '../../../validation';
import { bashStep, ComponentPhases, renderDocument } from '../../private/component-document';
import { documentProblems } from '../../private/document/document-problems';
import { sizeProblems } from '../../private/document/document-size';
import { ComponentCommands } from '../component-commands';

/** Every command that cannot work. */
export function commandProblems(options: ComponentCommands): Problem[] {
  const { name, buildCommands = [], validateCommands = [], testCommands = [] } = options;
  const problems: Problem[] = [];
  if (!/^[A-Za-z0-9][A-Za-z0-9-]{0,62}$/.test(name)) {
    const allowed = '1 to 63 letters, digits and -';
    problems.push({ what: 'name', got: JSON.stringify(name), allowed, fix: 'choose another name' });
  }
  if (buildCommands.length + validateCommands.length + testCommands.length === 0) {
    const fix = 'give at least one command';
    problems.push({
      what: 'buildCommands, validateCommands, testCommands',
      got: 'no commands',
      allowed: 'commands in one of them',
      fix,
    });
    return problems;
  }
  const document = renderDocument(name, commandPhases(options));
  return [...problems, ...documentProblems(document), ...sizeProblems(document)];
}

export function commandPhases(options: ComponentCommands): ComponentPhases {
  const { buildCommands = [], validateCommands = [], testCommands = [] } = options;
  const script = (name: string, commands: string[]) => (commands.length > 0 ? [bashStep(name, ...commands)] : []);
  return {
    build: script('Build', buildCommands),
    validate: script('Validate', validateCommands),
    test: script('Test', testCommands),
  };
}
