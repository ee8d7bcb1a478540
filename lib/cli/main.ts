import { Command } from 'commander';
import { version } from '../../package.json';
import { bundleCommand } from './bundle-command';
import { planCommand } from './plan/plan-command';
import { previewCommand } from './preview-command';
import { runProgram } from './run-program';

void runProgram(
  new Command('graviton-fleet')
    .description('Plans AI fleets on AWS Graviton. Works offline; nothing is sent anywhere.')
    .version(version)
    // Commands have a --version of their own.
    .enablePositionalOptions()
    .addCommand(planCommand())
    .addCommand(bundleCommand())
    .addCommand(previewCommand()),
);
