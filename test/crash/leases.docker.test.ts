import type Docker from 'dockerode';
import { expect, test } from 'vitest';
import { demultiplex, LABEL } from '../../src/engine/docker/api.js';
import { describeOnDocker } from '../engine/docker/engine-or-skip.js';
import { drillIn, findWatchdog, firedrill } from './deaths.js';
import { type Live, sceneOf, startLive } from './live.js';
import { IMAGE, type Seat, seatHere, until } from './seats.js';

const LIMIT_MS = 120_000;
/** As `lease:` in the scenario of `sceneOf`. */
const LEASE_MS = 5000;
const WITHIN_MS = LEASE_MS + 1000;

/** One look of the observer, by the kernel's clock: when it was sent, and whether it was answered within half a second. */
interface Look {
  readonly sentMs: number;
  readonly good: boolean;
}

describeOnDocker('with runner and watchdog killed', () => {
  const seat = seatHere();

  test(
    'a partition ends with its lease: within it and one second more, an observer is answered again',
    async () => {
      const cwd = sceneOf('A lease of a partition', '  - { at: "+2s", partition: { groups: [[east], [west]] } }');
      const { looks, diedMs } = await watchOrphan(seat, startLive(cwd, RUN), 'answer');
      expectBackWithin(looks, diedMs);
    },
    LIMIT_MS,
  );

  test(
    'a power loss ends with its lease as far as the network goes, and its processes stand still until `firedrill recover`',
    async () => {
      const cwd = sceneOf('A lease of a power loss', '  - { at: "+2s", power-loss: east }');
      const { looks, diedMs, state } = await watchOrphan(seat, startLive(cwd, RUN), 'connect');
      expectBackWithin(looks, diedMs);
      expect(state).toBe('paused');
    },
    LIMIT_MS,
  );
});

const RUN = ['run', '.', '--engine', 'docker'];

function expectBackWithin(looks: readonly Look[], diedMs: number): void {
  const after = looks.filter(({ sentMs }) => sentMs > diedMs);
  // It was silent when they died, or nothing would be shown.
  expect(after[0]?.good).toBe(false);
  const late = after.filter(({ sentMs }) => sentMs > diedMs + WITHIN_MS);
  expect(late.filter(({ good }) => !good)).toEqual([]);
  expect(late.length).toBeGreaterThan(5);
}

/**
 * Kills the runner and its watchdog while the fault holds; an observer in the other site's network, which no drill knows,
 * looks all the while. Then lets `firedrill recover` remove the rest.
 */
async function watchOrphan(seat: Seat, live: Live, kind: 'answer' | 'connect') {
  const { docker } = seat;
  await live.hears('the story begins');
  const drill = drillIn(live.cwd);
  const east = await unitOf(docker, drill, 'web-east', 'unit');
  const west = await unitOf(docker, drill, 'web-west', 'anchor');
  const observer = await docker.createContainer({
    Image: IMAGE,
    Cmd: ['perl', '-e', OBSERVER, east.address, kind],
    HostConfig: { NetworkMode: `container:${west.id}` },
  });
  try {
    await observer.start();
    await live.hears('took hold');
    await until('silence', async () => (await looksOf(observer)).slice(-2).every(({ good }) => !good));
    live.child.kill('SIGKILL');
    const diedMs = Date.now();
    findWatchdog(live.cwd)?.kill();
    expect((await live.ended).signal).toBe('SIGKILL');
    const enough = async () => ((await looksOf(observer)).at(-1)?.sentMs ?? 0) > diedMs + WITHIN_MS + 2000;
    await until('the lease and more', enough);
    const looks = await looksOf(observer);
    const { State } = await docker.getContainer(east.id).inspect();
    return { looks, diedMs, state: State.Status };
  } finally {
    await observer.remove({ force: true });
    live.child.kill('SIGKILL');
    expect((await firedrill(seat, live.cwd, ['recover', drill])).code).toBe(0);
  }
}

async function unitOf(docker: Docker, drill: string, unit: string, role: string) {
  const label = [`${LABEL.drill}=${drill}`, `${LABEL.unit}=${unit}`, `${LABEL.role}=${role}`];
  const [found] = await docker.listContainers({ all: true, filters: { label } });
  return { id: found?.Id ?? '', address: found?.Labels[LABEL.address] ?? '' };
}

/** A connection of its own for each look, a line for each: when it was sent, and whether it went well. */
const OBSERVER = `
require "/sight.pl";
use Socket; use IO::Select;
my ($address, $kind) = @ARGV;
while (1) {
  my $sent = now_ns();
  my $socket = nonblocking_socket();
  connect($socket, sockaddr_in(8080, inet_aton($address)));
  my $select = IO::Select->new($socket);
  my $good = $select->can_write(0.5) && getpeername($socket) ? 1 : 0;
  if ($good && $kind eq "answer") {
    syswrite $socket, "GET / HTTP/1.0\\r\\n\\r\\n";
    $good = $select->can_read(0.5) && sysread($socket, my $answer, 4096) ? 1 : 0;
  }
  syswrite STDOUT, "$sent $good\\n";
  close $socket;
  wait_ms(50);
}`;

async function looksOf(observer: Docker.Container): Promise<Look[]> {
  const logs = await observer.logs({ stdout: true, stderr: true, follow: false });
  const lines = demultiplex(logs as unknown as Buffer).split('\n');
  return lines.flatMap((line): Look[] => {
    if (line === '') return [];
    if (!/^\d{19} [01]$/.test(line)) throw new Error(`the observer complains: ${line}`);
    return [{ sentMs: Number(line.slice(0, 13)), good: line.endsWith('1') }];
  });
}
