export * from './container-runtime-options';
export * from './inference-runtime';
export * from './process-placement';
export * from './runtime-options';
export * from './systemd-runtime-options';
