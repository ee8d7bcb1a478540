import { describe, expect, test } from 'vitest';
import { CpuFeature, GravitonProcessor, InstanceCatalog } from '../../lib/catalog';

describe('GravitonProcessor', () => {
  test('Graviton5 has the published figures', () => {
    expect(GravitonProcessor.GRAVITON5).toMatchObject({
      id: 'graviton5',
      core: 'Neoverse V3',
      midrPart: 0xd84,
      architecture: 'Armv9.2-A',
      sveVectorBits: 128,
      compilerFlag: '-mcpu=neoverse-v3',
      clockGhz: 3.3,
      l2KibPerCore: 2048,
      lastLevelCacheMib: 192,
      dramGigabytesPerSecond: 844.8,
      coresPerSocket: 192,
      families: ['m9g', 'm9gd', 'c9g', 'c9gd', 'r9g', 'r9gd'],
      generalAvailability: '2026-06-10',
    });
  });

  test.each([
    [CpuFeature.ASIMDDP, ['graviton2', 'graviton3', 'graviton3e', 'graviton4', 'graviton5']],
    [CpuFeature.I8MM, ['graviton3', 'graviton3e', 'graviton4', 'graviton5']],
    [CpuFeature.BF16, ['graviton3', 'graviton3e', 'graviton4', 'graviton5']],
    [CpuFeature.SVE, ['graviton3', 'graviton3e', 'graviton4', 'graviton5']],
    [CpuFeature.SVE2, ['graviton4', 'graviton5']],
    [CpuFeature.SM4, ['graviton3', 'graviton3e']],
    [CpuFeature.SME, []],
    [CpuFeature.MTE, []],
    [CpuFeature.MOPS, []],
    [CpuFeature.SVE2P1, []],
    [CpuFeature.F8CVT, []],
  ])('%s is in %j', (feature, ids) => {
    const having = GravitonProcessor.ALL.filter((processor) => processor.supports(feature));
    expect(having.map((processor) => processor.id)).toEqual(ids);
  });

  test('missing features keep the order of the question', () => {
    const asked = [CpuFeature.SVE2, CpuFeature.ASIMDDP, CpuFeature.I8MM];
    expect(GravitonProcessor.GRAVITON2.missingFeatures(asked)).toEqual([CpuFeature.SVE2, CpuFeature.I8MM]);
    expect(GravitonProcessor.GRAVITON5.missingFeatures(asked)).toEqual([]);
  });

  test('SVE length and the SVE feature go together', () => {
    for (const processor of GravitonProcessor.ALL) {
      expect(processor.sveVectorBits !== undefined).toBe(processor.supports(CpuFeature.SVE));
      expect(new Set(processor.features).size).toBe(processor.features.length);
    }
    expect(GravitonProcessor.GRAVITON3.sveVectorBits).toBe(256);
  });

  test('every family of a processor is in the catalog with that processor', () => {
    for (const processor of GravitonProcessor.ALL) {
      expect(processor.families.length).toBeGreaterThan(0);
      for (const facts of processor.families.flatMap((family) => InstanceCatalog.instanceTypesOf(family))) {
        expect(facts.processor).toBe(processor);
      }
    }
  });

  test('is found by id', () => {
    expect(GravitonProcessor.of('graviton4')).toBe(GravitonProcessor.GRAVITON4);
    expect(GravitonProcessor.of('graviton9')).toBeUndefined();
  });
});
