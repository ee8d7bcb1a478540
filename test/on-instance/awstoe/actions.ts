import { Action } from './action';
import { EXECUTION_ACTIONS } from './execution-actions';
import { FILE_ACTIONS } from './file-actions';

/**
 * The action modules that are played, by name, with the inputs that their documentation lists.
 * https://docs.aws.amazon.com/imagebuilder/latest/userguide/toe-action-modules.html
 */
export const ACTIONS: Readonly<Record<string, Action>> = { ...EXECUTION_ACTIONS, ...FILE_ACTIONS };
