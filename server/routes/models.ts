import { ModelFacts } from '../engine/engine';
import { checkModel } from '../requests/check-request';

function describe({ id, created, contextLength }: ModelFacts): object {
  return { id, object: 'model', created, owned_by: 'local', context_length: contextLength };
}

/** GET /v1/models */
export function listModels(model: ModelFacts): object {
  return { object: 'list', data: [describe(model)] };
}

/** GET /v1/models/NAME */
export function retrieveModel(model: ModelFacts, id: string): object {
  checkModel(model, id);
  return describe(model);
}
