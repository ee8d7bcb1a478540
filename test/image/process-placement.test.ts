import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InferenceRuntime, InstanceCatalog, ProcessPlacement, RuntimeOptions } from '../../lib';
import { contractFile, contractOf } from '../../lib/image/runtime/private/runtime-contract';
import { problemsOf } from '../support/config-error';
import { ON_INSTANCE, onInstance, runOnInstance, writeFiles } from '../support/on-instance';
import { useScratchDirectory } from '../support/scratch-directory';

const scratch = useScratchDirectory();

/** What the kernel shows of a machine: lists of numbers in its own notation. */
interface Machine {
  readonly online: string;
  /** CPUs of each node, online or not; none when the kernel knows no NUMA. */
  readonly nodes?: Record<string, string>;
}

interface Process {
  readonly cpus: number[];
  readonly nodes: number[];
  readonly environment: Record<string, string>;
}

function writeMachine({ online, nodes }: Machine, options: RuntimeOptions): string {
  const system = 'sys/devices/system';
  return writeFiles(scratch(), {
    'etc/graviton/runtime.json': contractFile(contractOf(options)),
    [`${system}/cpu/online`]: `${online}\n`,
    ...(nodes && { [`${system}/node/online`]: '0\n' }),
    ...Object.fromEntries(
      Object.entries(nodes ?? {}).map(([n, cpus]) => [`${system}/node/node${n}/cpulist`, `${cpus}\n`]),
    ),
  });
}

function processOf(environment: Record<string, string>): Process {
  const { INFERENCE_CPUS, INFERENCE_NODES } = environment;
  return { cpus: parseList(INFERENCE_CPUS), nodes: parseList(INFERENCE_NODES), environment };
}

function parseList(text: string): number[] {
  return text
    .split(',')
    .filter(Boolean)
    .flatMap((part) => {
      const [first, last = first] = part.split('-').map(Number);
      return Array.from({ length: last - first + 1 }, (_, index) => first + index);
    });
}

function layoutOf(machine: Machine, options: RuntimeOptions = {}): Process[] {
  const { status, stdout, stderr } = runOnInstance('process_layout.py', [writeMachine(machine, options)]);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return (JSON.parse(stdout) as Record<string, string>[]).map(processOf);
}

/** The layouts of many machines by one interpreter: starting one for each would take minutes. */
function layoutsOf(roots: string[]): Process[][] {
  const program = [
    `import json, sys; sys.path.insert(0, ${JSON.stringify(path.dirname(onInstance('process_layout.py')))}); sys.dont_write_bytecode = True`,
    'from process_layout import read_layout',
    'print(json.dumps([read_layout(root) for root in json.load(sys.stdin)]))',
  ].join('\n');
  const { status, stdout, stderr } = spawnSync('/usr/bin/python3', ['-c', program], {
    input: JSON.stringify(roots),
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return (JSON.parse(stdout) as Record<string, string>[][]).map((layout) => layout.map(processOf));
}

const sizes = (layout: Process[]) => layout.map(({ cpus }) => cpus.length);

describe('processes of about 16 cores', () => {
  /** Graviton5, as its documentation has it: 1 node, but 2 on 16xlarge and 48xlarge. */
  test.each<[string, Machine, number[]]>([
    ['medium', { online: '0', nodes: { 0: '0' } }, [1]],
    ['large', { online: '0-1', nodes: { 0: '0-1' } }, [2]],
    ['4xlarge', { online: '0-15', nodes: { 0: '0-15' } }, [16]],
    ['8xlarge', { online: '0-31', nodes: { 0: '0-31' } }, [16, 16]],
    ['12xlarge', { online: '0-47', nodes: { 0: '0-47' } }, [16, 16, 16]],
    ['16xlarge', { online: '0-63', nodes: { 0: '0-31', 1: '32-63' } }, [16, 16, 16, 16]],
    ['24xlarge', { online: '0-95', nodes: { 0: '0-95' } }, [16, 16, 16, 16, 16, 16]],
    ['48xlarge', { online: '0-191', nodes: { 0: '0-95', 1: '96-191' } }, Array.from({ length: 12 }, () => 16)],
    ['24 cores', { online: '0-23', nodes: { 0: '0-23' } }, [12, 12]],
    ['23 cores', { online: '0-22', nodes: { 0: '0-22' } }, [23]],
    ['41 cores', { online: '0-40', nodes: { 0: '0-40' } }, [14, 14, 13]],
  ])('on %s', (_, machine, expected) => {
    expect(sizes(layoutOf(machine))).toEqual(expected);
  });

  test('each with its memory, neighbours, port and slots', () => {
    const layout = layoutOf({ online: '0-63', nodes: { 0: '0-31', 1: '32-63' } }, { slotsPerProcess: 4 });
    expect(layout[2].environment).toEqual({
      INFERENCE_PROCESS: '2',
      INFERENCE_CPUS: '32-47',
      INFERENCE_NODES: '1',
      INFERENCE_THREADS: '16',
      INFERENCE_HOST: '127.0.0.1',
      INFERENCE_PORT: '20002',
      INFERENCE_SLOTS: '4',
    });
  });
});

describe('other placements', () => {
  const twoNodes = { online: '0-7', nodes: { 0: '0-3', 1: '4-7' } };

  test('one process per NUMA node', () => {
    const layout = layoutOf(twoNodes, { placement: ProcessPlacement.perNumaNode() });
    expect(layout.map(({ cpus, nodes }) => ({ cpus, nodes }))).toEqual([
      { cpus: [0, 1, 2, 3], nodes: [0] },
      { cpus: [4, 5, 6, 7], nodes: [1] },
    ]);
  });

  test('a single process on the port of the instance', () => {
    const [{ environment }, ...more] = layoutOf(twoNodes, { placement: ProcessPlacement.single(), port: 9000 });
    expect(more).toEqual([]);
    expect(environment).toMatchObject({
      INFERENCE_CPUS: '0-7',
      INFERENCE_NODES: '0-1',
      INFERENCE_HOST: '0.0.0.0',
      INFERENCE_PORT: '9000',
    });
  });

  test('more cores per process than there are make one process per node', () => {
    expect(sizes(layoutOf(twoNodes, { placement: ProcessPlacement.perCores(100) }))).toEqual([4, 4]);
    expect(sizes(layoutOf(twoNodes, { placement: ProcessPlacement.perCores(1) }))).toEqual([1, 1, 1, 1, 1, 1, 1, 1]);
  });

  test.each([0, -1, 1.5, Number.NaN])('%s cores are refused', (cores) => {
    expect(problemsOf(() => ProcessPlacement.perCores(cores)).map(({ what }) => what)).toEqual(['cores']);
  });

  test('ports of processes and of the instance never meet', () => {
    const ports = (port: number) =>
      layoutOf({ online: '0' }, { port }).map(({ environment }) => environment.INFERENCE_PORT);
    expect(ports(20000)).toEqual(['21000']);
    expect(ports(20999)).toEqual(['21000']);
    expect(ports(21000)).toEqual(['20000']);
  });
});

test('a machine whose kernel knows no NUMA, or has offline CPUs and nodes without any', () => {
  expect(layoutOf({ online: '0-3' })).toMatchObject([{ cpus: [0, 1, 2, 3], nodes: [0] }]);
  const machine = { online: '0,2-5,9', nodes: { 0: '0-3', 1: '', 2: '6-7', 10: '4-5,8-9' } };
  expect(layoutOf(machine)).toMatchObject([
    { cpus: [0, 2, 3], nodes: [0] },
    { cpus: [4, 5, 9], nodes: [10] },
  ]);
});

test('a placement that the AMI does not know fails, and starts nothing', () => {
  const root = writeMachine({ online: '0' }, {});
  const contract = contractFile(contractOf({})).replace('"cores"', '"sockets"');
  writeFiles(root, { 'etc/graviton/runtime.json': contract });
  const { status, stderr } = runOnInstance('process_layout.py', [root]);
  expect(status).toBe(1);
  expect(stderr).toContain("placement of kind 'sockets' in /etc/graviton/runtime.json");
});

describe('whatever the machine', () => {
  const machines = fc
    .record({
      nodeOfCpu: fc.array(fc.integer({ min: -1, max: 3 }), { minLength: 1, maxLength: 192 }),
      offline: fc.array(fc.boolean(), { maxLength: 192 }),
      cores: fc.integer({ min: 1, max: 64 }),
    })
    .map(({ nodeOfCpu, offline, cores }) => {
      // CPU 0 is always online on Arm64, and -1 is a CPU that no node claims.
      const online = nodeOfCpu.map((_, cpu) => cpu).filter((cpu) => cpu === 0 || !offline[cpu]);
      const nodes = [0, 1, 2, 3].map((node) =>
        nodeOfCpu.map((of, cpu) => (of === node ? cpu : -1)).filter((cpu) => cpu >= 0),
      );
      return { online, nodes, cores, nodeOfCpu };
    });

  function check(
    { online, nodeOfCpu, cores }: { online: number[]; nodeOfCpu: number[]; cores: number },
    layout: Process[],
  ) {
    const all = layout.flatMap(({ cpus }) => cpus);
    expect([...all].sort((a, b) => a - b)).toEqual(online);
    for (const { cpus, nodes, environment } of layout) {
      expect(new Set(cpus.map((cpu) => nodeOfCpu[cpu])).size).toBe(1);
      expect(nodes).toEqual([Math.max(0, nodeOfCpu[cpus[0]])]);
      expect(environment.INFERENCE_THREADS).toBe(`${cpus.length}`);
    }
    for (const node of new Set(online.map((cpu) => nodeOfCpu[cpu]))) {
      const counts = layout.filter(({ cpus }) => nodeOfCpu[cpus[0]] === node).map(({ cpus }) => cpus.length);
      expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
      const total = counts.reduce((sum, count) => sum + count, 0);
      // No other number of processes would come nearer to the cores that were asked for.
      expect(Math.abs(total / cores - counts.length)).toBeLessThanOrEqual(counts.length === 1 ? Infinity : 0.5);
      expect(counts.length === 1 ? total / cores : 0).toBeLessThan(1.5);
    }
    expect(new Set(layout.map(({ environment }) => environment.INFERENCE_PORT)).size).toBe(layout.length);
  }

  test('every online CPU has one process, none crosses a node, and a node is divided evenly', () => {
    const seed = Date.now();
    const samples = fc.sample(machines, { numRuns: 300, seed });
    const roots = samples.map(({ online, nodes, cores }) =>
      writeMachine(
        { online: online.join(','), nodes: Object.fromEntries(nodes.map((cpus, node) => [node, cpus.join(',')])) },
        { placement: ProcessPlacement.perCores(cores) },
      ),
    );
    layoutsOf(roots).forEach((layout, index) => {
      try {
        check(samples[index], layout);
      } catch (error) {
        throw new Error(`seed ${seed}, machine ${JSON.stringify(samples[index])}`, { cause: error });
      }
    });
  });

  test('one node of 1 to 192 CPUs', () => {
    const counts = Array.from({ length: 192 }, (_, index) => index + 1);
    const cases = counts.flatMap((count) => [1, 16, 48].map((cores) => ({ count, cores })));
    const roots = cases.map(({ count, cores }) =>
      writeMachine(
        { online: `0-${count - 1}`, nodes: { 0: `0-${count - 1}` } },
        { placement: ProcessPlacement.perCores(cores) },
      ),
    );
    layoutsOf(roots).forEach((layout, index) => {
      const online = Array.from({ length: cases[index].count }, (_, cpu) => cpu);
      check({ online, nodeOfCpu: online.map(() => 0), cores: cases[index].cores }, layout);
    });
  });
});

describe('the systemd generator', () => {
  test('wants an instance of the unit for each process, held to its cores', () => {
    const root = writeMachine({ online: '0-39', nodes: { 0: '0-19', 1: '20-39' } }, {});
    const directory = scratch();
    const { status, stderr } = runOnInstance('generate-processes.py', [directory, '/nowhere', '/nowhere', root]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const wants = path.join(directory, 'inference-runtime.target.wants');
    expect(fs.readdirSync(wants).sort()).toEqual(['inference-runtime@0.service', 'inference-runtime@1.service']);
    const targets = fs.readdirSync(wants).map((name) => fs.readlinkSync(path.join(wants, name)));
    expect(new Set(targets)).toEqual(new Set(['/etc/systemd/system/inference-runtime@.service']));
    const dropIn = path.join(directory, 'inference-runtime@1.service.d/50-placement.conf');
    expect(fs.readFileSync(dropIn, 'utf8')).toBe(
      [
        '[Service]',
        'AllowedCPUs=20-39',
        'AllowedMemoryNodes=1',
        'Environment=INFERENCE_PROCESS=1',
        'Environment=INFERENCE_CPUS=20-39',
        'Environment=INFERENCE_NODES=1',
        'Environment=INFERENCE_THREADS=20',
        'Environment=INFERENCE_HOST=127.0.0.1',
        'Environment=INFERENCE_PORT=20001',
        'Environment=INFERENCE_SLOTS=1',
        '',
      ].join('\n'),
    );
  });

  test('runs by a link to it, as on the instance, and leaves no other files', () => {
    const programs = scratch();
    fs.cpSync(path.dirname(onInstance('generate-processes.py')), programs, { recursive: true });
    const link = path.join(programs, 'generator');
    fs.symlinkSync(path.join(programs, 'generate-processes.py'), link);
    fs.chmodSync(path.join(programs, 'generate-processes.py'), 0o755);
    const before = fs.readdirSync(programs);
    const directory = scratch();
    const root = writeMachine({ online: '0' }, {});
    expect(spawnSync(link, [directory, directory, directory, root]).status).toBe(0);
    expect(fs.readdirSync(directory)).toContain('inference-runtime@0.service.d');
    expect(fs.readdirSync(programs)).toEqual(before);
  });
});

test('the programs are written for the Python of Amazon Linux 2023, 3.9', () => {
  const files = ON_INSTANCE.filter((file) => file.endsWith('.py'));
  expect(files).toHaveLength(9);
  const check = 'import ast, sys; [ast.parse(open(f).read(), f, feature_version=(3, 9)) for f in sys.argv[1:]]';
  expect(spawnSync('/usr/bin/python3', ['-c', check, ...files], { encoding: 'utf8' })).toMatchObject({
    stderr: '',
    status: 0,
  });
});

test('the default is perCores(16), and a runtime shows its placement', () => {
  const { placement } = InferenceRuntime.container({ image: 'a/b' });
  expect(placement).toEqual(ProcessPlacement.perCores(16));
  expect(placement.usesProxy).toBe(true);
  expect(ProcessPlacement.single().usesProxy).toBe(false);
});

test('a fleet counts as many processes on each type of the catalog as the instance will have', () => {
  const placements = [
    ...[1, 7, 16, 48].map((cores) => ProcessPlacement.perCores(cores)),
    ...[ProcessPlacement.perNumaNode(), ProcessPlacement.single()],
  ];
  const shapes = new Map(InstanceCatalog.allGraviton().map((facts) => [`${facts.vcpus} ${facts.numaNodes}`, facts]));
  const machines = [...shapes.values()].flatMap((facts) => placements.map((placement) => ({ facts, placement })));
  const roots = machines.map(({ facts: { vcpus, numaNodes = 1 }, placement }) => {
    const share = vcpus / numaNodes;
    const nodes = Array.from({ length: numaNodes }, (_, node) => [node, `${node * share}-${(node + 1) * share - 1}`]);
    const machine = { online: `0-${vcpus - 1}`, nodes: Object.fromEntries(nodes) as Record<string, string> };
    return writeMachine(machine, { placement });
  });
  const counted = machines.map(({ facts, placement }) => placement._processesOn(facts));
  expect(counted).toEqual(layoutsOf(roots).map(({ length }) => length));
  expect(new Set(counted).size).toBeGreaterThan(10);
});
