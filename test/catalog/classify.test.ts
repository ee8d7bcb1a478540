import { InstanceArchitecture, InstanceType } from 'aws-cdk-lib/aws-ec2';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { GravitonProcessor, InstanceCatalog, InstanceStatus } from '../../lib/catalog';
import { editDistance } from '../../lib/catalog/private/edit-distance';

const { KNOWN, UNKNOWN_FAMILY, UNKNOWN_SIZE, NOT_GRAVITON_X86, NOT_GRAVITON_ARM, MALFORMED } = InstanceStatus;

describe('classify', () => {
  test.each([
    ['m9g.4xlarge', KNOWN, []],
    ['r9gd.metal-48xl', KNOWN, []],
    ['m9g.32xlarge', UNKNOWN_SIZE, ['m9g.24xlarge', 'm9g.48xlarge']],
    ['m9g.96xlarge', UNKNOWN_SIZE, ['m9g.48xlarge']],
    ['m9g.nano', UNKNOWN_SIZE, ['m9g.medium']],
    ['m9g.metal-24xl', UNKNOWN_SIZE, ['m9g.metal-48xl', 'm9g.24xlarge', 'm9g.48xlarge']],
    ['m9g.metal', UNKNOWN_SIZE, ['m9g.metal-48xl', 'm9g.48xlarge']],
    ['m9g.4xlrage', MALFORMED, ['m9g.4xlarge']],
    ['mg9.large', MALFORMED, ['m9g.large']],
    ['M9G.4XLARGE', MALFORMED, ['m9g.4xlarge']],
    [' m9g.large', MALFORMED, ['m9g.large']],
    ['m9g', MALFORMED, []],
    ['', MALFORMED, []],
    ['n9g.48xlarge', MALFORMED, ['m9g.48xlarge', 'c9g.48xlarge', 'r9g.48xlarge']],
    ['m10g.large', UNKNOWN_FAMILY, undefined],
    ['c10gd.48xlarge', UNKNOWN_FAMILY, undefined],
    ['c9gn.4xlarge', UNKNOWN_FAMILY, undefined],
    ['i9ge.4xlarge', UNKNOWN_FAMILY, undefined],
    ['m5g.large', MALFORMED, undefined],
    ['m9.large', MALFORMED, undefined],
    ['m7i.4xlarge', NOT_GRAVITON_X86, ['m9g.4xlarge', 'm8g.4xlarge', 'm7g.4xlarge']],
    ['m7i.9xlarge', NOT_GRAVITON_X86, []],
    ['m5.large', NOT_GRAVITON_X86, ['m9g.large', 'm8g.large', 'm7g.large']],
    ['g6e.xlarge', NOT_GRAVITON_X86, []],
    ['g4dn.xlarge', NOT_GRAVITON_X86, []],
    ['m7i-flex.large', NOT_GRAVITON_X86, ['m9g.large', 'm8g.large', 'm7g.large']],
    ['u-6tb1.112xlarge', NOT_GRAVITON_X86, []],
    ['u7in-16tb.224xlarge', NOT_GRAVITON_X86, []],
    ['p5.48xlarge', NOT_GRAVITON_X86, []],
    ['a1.large', NOT_GRAVITON_ARM, []],
    ['mac2-m2.metal', NOT_GRAVITON_ARM, []],
    ['p6e-gb200.36xlarge', NOT_GRAVITON_ARM, []],
  ])('%j is %s', (instanceType, status, nearest) => {
    const verdict = InstanceCatalog.classify(instanceType);
    expect(verdict.status).toBe(status);
    if (nearest !== undefined) {
      expect(verdict.nearest).toEqual(nearest);
    }
    expect(verdict.reason).not.toBe('');
  });

  test('a known family of unknown size keeps its processor, an unknown family its architecture', () => {
    expect(InstanceCatalog.classify('m9g.32xlarge').processor).toBe(GravitonProcessor.GRAVITON5);
    const newer = InstanceCatalog.classify('m10g.large');
    expect(newer.architecture).toBe(InstanceArchitecture.ARM_64);
    expect(newer.processor).toBeUndefined();
    expect(new InstanceType('m10g.large').architecture).toBe(InstanceArchitecture.ARM_64);
  });

  test('every row of the catalog is known, or x86', () => {
    for (const facts of InstanceCatalog.all()) {
      const verdict = InstanceCatalog.classify(facts.instanceType);
      expect(verdict.status).toBe(facts.processor === undefined ? NOT_GRAVITON_X86 : KNOWN);
      expect(verdict.architecture).toBe(facts.architecture);
    }
  });

  test('never throws, and suggests only what exists', () => {
    const anything = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 80 }),
      fc.stringMatching(/^[a-z]{1,4}\d{0,3}[a-z]{0,3}(-[a-z0-9]{1,5})?\.(\d{0,3}xlarge|metal(-\d+xl)?|large|lagre)$/),
    );
    fc.assert(
      fc.property(anything, (text) => {
        const verdict = InstanceCatalog.classify(text);
        expect(verdict.nearest.length).toBeLessThanOrEqual(3);
        for (const suggestion of verdict.nearest) {
          expect(InstanceCatalog.lookup(suggestion)?.processor).toBeDefined();
        }
      }),
      { numRuns: 300 },
    );
  });

  test('one slip of the finger is mended', () => {
    const graviton5 = fc.constantFrom(...InstanceCatalog.instanceTypesOf('m9g').map((facts) => facts.instanceType));
    fc.assert(
      fc.property(graviton5, fc.nat(), (name, at) => {
        const index = name.indexOf('.') + 2 + (at % (name.length - name.indexOf('.') - 2));
        const misspelt = `${name.slice(0, index)}!${name.slice(index)}`;
        const verdict = InstanceCatalog.classify(misspelt);
        expect(verdict.status).toBe(MALFORMED);
        expect(verdict.nearest).toContain(name);
      }),
      { numRuns: 60 },
    );
  });
});

describe('edit distance', () => {
  test.each([
    ['', '', 0],
    ['', 'abc', 3],
    ['4xlrage', '4xlarge', 1],
    ['mg9', 'm9g', 1],
    ['kitten', 'sitting', 3],
  ])('%j to %j takes %d', (from, to, edits) => {
    expect(editDistance(from, to)).toBe(edits);
  });

  test('is symmetric, and zero only for equal words', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 12 }), fc.string({ maxLength: 12 }), (a, b) => {
        expect(editDistance(a, b)).toBe(editDistance(b, a));
        expect(editDistance(a, b) === 0).toBe(a === b);
      }),
    );
  });
});
