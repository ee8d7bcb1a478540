import { Token } from 'aws-cdk-lib';
import { listed, PolicyRule } from '../policy-rule';
import { emptyFlaws } from './values/lists';

const DEFAULT_REGISTRY = 'docker.io';

/** Another name of it. */
const INDEX = 'index.docker.io';

/**
 * A name with its registry: the part before the first slash is one when it has a point or a port, or is localhost; names of one part are of Docker Hub's own library.
 * https://github.com/distribution/reference/blob/main/normalize.go, read 2026-11-23.
 */
function normalised(name: string): string {
  const [first, ...rest] = name.split('/');
  const isRegistry = rest.length > 0 && (/[.:]/.test(first) || first === 'localhost');
  if (isRegistry && first !== INDEX && first !== DEFAULT_REGISTRY) {
    return name;
  }
  const inHub = isRegistry ? rest.join('/') : name;
  return inHub.includes('/') ? `${DEFAULT_REGISTRY}/${inHub}` : `${DEFAULT_REGISTRY}/library/${inHub}`;
}

/** The beginning of names that a prefix stands for: a registry, with or without a path in it. */
function beginning(prefix: string): string {
  const trimmed = prefix.replace(/\/+$/, '');
  const isRegistryAlone = !trimmed.includes('/') && /[.:]/.test(trimmed);
  if (trimmed === INDEX) {
    return DEFAULT_REGISTRY;
  }
  return isRegistryAlone || trimmed === 'localhost' ? trimmed : normalised(`${trimmed}/`).replace(/\/$/, '');
}

/** Whether a name begins with whole parts: `ghcr.io/ggml` is not the beginning of `ghcr.io/ggml-org/llama.cpp`. */
function isWithin(name: string, prefix: string): boolean {
  const whole = normalised(name);
  const start = beginning(prefix);
  return whole.startsWith(start) && ['', '/', ':', '@'].includes(whole.charAt(start.length));
}

export const allowedRuntimeRegistries: PolicyRule<'allowedRuntimeRegistries'> = {
  name: 'allowedRuntimeRegistries',
  flaws: (prefixes) => [
    ...emptyFlaws(prefixes, 'registries'),
    ...prefixes
      .filter((prefix) => !/^[a-z0-9][\w.-]*(:\d+)?(\/[\w.-]+)*\/?$/i.test(prefix))
      .map((prefix) => ({
        got: JSON.stringify(prefix),
        allowed: 'the beginning of an image name, such as ghcr.io/ggml-org',
        fix: 'give it without a scheme and without *',
      })),
  ],
  findings: ({ image }, prefixes) => {
    const name = image.runtime._containerImage;
    if (name === undefined || (!Token.isUnresolved(name) && prefixes.some((prefix) => isWithin(name, prefix)))) {
      return [];
    }
    return [
      {
        key: 'image.runtime.container.image',
        got: Token.isUnresolved(name) ? 'an image that is only known at deployment' : `an image of ${registryOf(name)}`,
        allowed: listed(prefixes),
        fix: 'copy the image to an allowed registry and name it there',
      },
    ];
  },
  widenings: (narrower, wider) =>
    narrower
      .filter((prefix) => !wider.some((allowed) => isWithin(`${beginning(prefix)}/`, allowed)))
      .map((prefix) => ({
        got: prefix,
        allowed: listed(wider),
        fix: 'leave it out, or let the wider layer allow it',
      })),
};

function registryOf(name: string): string {
  return normalised(name).split('/')[0];
}
