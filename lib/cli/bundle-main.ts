import { bundleCommand } from './bundle/bundle-command';
import { runProgram } from './run-program';

// The part of the command that an image builder runs, where no other package is installed.
void runProgram(bundleCommand());
