import { Command } from 'commander';
import { version } from '../../package.json';
import { bundleCommand } from './bundle-command';
import { planCommand } from './plan-command';
import { previewCommand } from './preview-command';
import { runProgram } from './run-program';

runProgram(
  new Command('graviton-fleet')
    .description('Plans AI fleets on AWS Graviton. Works offline; nothing is sent anywhere.')
    .version(version)
    .exitOverride()
    // Commands have a --version of their own.
    .enablePositionalOptions()
    .addCommand(planCommand().exitOverride())
    .addCommand(bundleCommand())
    .addCommand(previewCommand().exitOverride()),
);
