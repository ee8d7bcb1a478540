export * from './built-in-runtime-options';
export * from './container-runtime-options';
export * from './inference-runtime';
export * from './process-placement';
export * from './runtime-options';
export * from './served-weights';
export * from './systemd-runtime-options';
