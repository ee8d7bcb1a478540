import { numberText, Problem } from '../../../validation';
import { ModelFactsOptions } from '../model-facts-options';
import { WeightType } from '../weight-type';

/** Longest context that the engine takes, in tokens: kernels/engine/include/graviton_engine.h. */
export const CONTEXT_MAX = 1_048_576;

/** Bounds of the engine: kernels/engine/model/parameters.h. */
const LAYERS_MAX = 1024;
const WIDTH_MAX = 131_072;
const VOCABULARY_MAX = 16_777_216;
const TRAINED_CONTEXT_MAX = 4_294_967_295;
const HEAD_LENGTH_MAX = 256;

/** Every figure that the engine would refuse in a file. */
export function factsProblems(options: ModelFactsOptions): Problem[] {
  const { heads, keyValueHeads = heads, embeddingLength, headLength = embeddingLength / heads } = options;
  const inRange = [
    ...wholeProblems('layers', options.layers, LAYERS_MAX),
    ...wholeProblems('embeddingLength', embeddingLength, WIDTH_MAX),
    ...wholeProblems('feedForwardLength', options.feedForwardLength, WIDTH_MAX),
    ...wholeProblems('heads', heads, WIDTH_MAX),
    ...wholeProblems('keyValueHeads', keyValueHeads, WIDTH_MAX),
    ...wholeProblems('vocabulary', options.vocabulary, VOCABULARY_MAX),
    ...wholeProblems('contextLength', options.contextLength, TRAINED_CONTEXT_MAX),
    ...outputProblems(options.outputWeights),
  ];
  return inRange.length > 0 ? inRange : headProblems(heads, keyValueHeads, headLength);
}

function wholeProblems(what: string, got: number, max: number): Problem[] {
  if (Number.isInteger(got) && got >= 1 && got <= max) {
    return [];
  }
  const fix = 'give the figure of the model card';
  return [{ what, got: numberText(got), allowed: `a whole number from 1 to ${max}`, fix }];
}

function outputProblems(outputWeights: WeightType | undefined): Problem[] {
  if (outputWeights !== WeightType.GK4) {
    return [];
  }
  const fix = 'give the type that the file had before it was converted';
  return [{ what: 'outputWeights', got: 'GK4', allowed: 'another type: conversion leaves them as they are', fix }];
}

function headProblems(heads: number, keyValueHeads: number, headLength: number): Problem[] {
  const problems: Problem[] = [];
  if (heads % keyValueHeads !== 0) {
    const allowed = `a divisor of heads (${heads})`;
    problems.push({ what: 'keyValueHeads', got: `${keyValueHeads}`, allowed, fix: 'correct the figure' });
  }
  if (!(Number.isInteger(headLength) && headLength % 8 === 0 && headLength >= 8 && headLength <= HEAD_LENGTH_MAX)) {
    const allowed = `a multiple of 8 up to ${HEAD_LENGTH_MAX}`;
    const fix = 'give headLength where it is not embeddingLength / heads; other models do not run on the kernels';
    problems.push({ what: 'headLength', got: numberText(headLength), allowed, fix });
  }
  return problems;
}
