import { fetchObjects, PeerPackage, PEERS } from '../bench-kernels/peers/peers';

/** llama.cpp for this machine, of the release that the peers of the kernels have for Arm64. */
const HOST: PeerPackage = {
  folder: 'llama-cpp-x64',
  packageName: '@node-llama-cpp/linux-x64',
  version: '3.22.1',
  sha512: '5uCCDNqWCNfaAm8aR/Uzxbo4HBpKgNF91kCHPepKhgMgV2OAmatoefbOlMihsqCiH2Od35E/eUHQCFbfRBJuOg==',
  objects: 'bins/linux-x64',
};

/** The folder of llama.cpp's objects for a machine. */
export function fetchLlamaCpp(machine: 'arm64' | 'x64'): string {
  return fetchObjects(machine === 'x64' ? HOST : PEERS.filter(({ name }) => name === 'ggml')[0]);
}
