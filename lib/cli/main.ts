import { Command } from 'commander';
import { version } from '../../package.json';
import { appCommand } from './app/app-command';
import { bundleCommand } from './bundle/bundle-command';
import { diffCommand } from './diff/diff-command';
import { doctorCommand } from './doctor/doctor-command';
import { initCommand } from './init/init-command';
import { modelCommand } from './model/model-command';
import { planCommand } from './plan/plan-command';
import { planPartCommand } from './plan/template/plan-part-apart';
import { previewCommand } from './preview-command';
import { reportCommand } from './report/report-command';
import { runProgram } from './run-program';

void runProgram(
  new Command('graviton-fleet')
    .description(
      'Plans AI fleets on AWS Graviton. Works offline, but for "report", "doctor --aws" and the "npm install" of "init".',
    )
    .version(version)
    // Commands have a --version of their own.
    .enablePositionalOptions()
    .addCommand(initCommand())
    .addCommand(appCommand())
    .addCommand(planCommand())
    .addCommand(planPartCommand(), { hidden: true })
    .addCommand(diffCommand())
    .addCommand(bundleCommand())
    .addCommand(modelCommand())
    .addCommand(previewCommand())
    .addCommand(doctorCommand())
    .addCommand(reportCommand()),
);
