import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type Docker from 'dockerode';
import { EnvironmentError } from '../../errors.js';
import type { Service } from '../../scenario/scenario.js';
import { sentenceOf, statusOf } from './api.js';
import { readLines } from './bounds.js';
import { mayPass } from './calls.js';
import { filesBelow, imageNameOf } from './contents.js';

/** The image of a unit's anchor and of the drill's hand: the base system with nft and tc. The tag changes with its content. */
export const ANCHOR_IMAGE = 'firedrill-anchor:1';

const NEVER = new AbortController().signal;

/** So many lines of a build that fails are told. */
const LAST_LINES = 8;

/** How often a build or a pull is begun when Docker's trouble ends it. */
const TRIES = 6;

const ANCHOR_DOCKERFILE = `FROM debian:bookworm-slim
RUN apt-get update \\
 && apt-get install -y --no-install-recommends nftables iproute2 \\
 && rm -rf /var/lib/apt/lists/*
CMD ["sleep", "infinity"]
`;

/** Makes sure that the anchor's image is there; builds it once, unless `signal` aborts. @throws EnvironmentError with the build's last lines. */
export async function ensureAnchorImage(
  docker: Docker,
  tell: (detail: string) => void,
  signal: AbortSignal = NEVER,
): Promise<void> {
  if (await imageExists(docker, ANCHOR_IMAGE)) return;
  const folder = await mkdtemp(join(tmpdir(), 'firedrill-anchor-'));
  try {
    await writeFile(join(folder, 'Dockerfile'), ANCHOR_DOCKERFILE);
    await build(docker, { context: folder, tag: ANCHOR_IMAGE, labels: {} }, tell, signal);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** How an image is had: who hears of it, what ends it, and whether one that is there is built anyway. */
export interface Having {
  readonly tell: (detail: string) => void;
  readonly signal?: AbortSignal;
  readonly rebuild?: boolean;
}

/**
 * The image to run a service from: built from its folder, or pulled, when it is not there. A build or pull ends when
 * `signal` aborts. @throws EnvironmentError when it cannot be had.
 */
export async function ensureImage(
  docker: Docker,
  service: Service,
  folder: string,
  { tell, signal = NEVER, rebuild = false }: Having,
): Promise<string> {
  if (service.build !== null) {
    const context = resolve(folder, service.build);
    const tag = await imageNameOf(docker, service.build, context);
    if (!rebuild && (await imageExists(docker, tag))) return tag;
    const labels = { [FOLDER]: createHash('sha256').update(context).digest('hex').slice(0, 16) };
    await build(docker, { context, tag, labels }, tell, signal);
    await dropEarlier(docker, tag, labels);
    return tag;
  }
  const image = service.image ?? '';
  if (await imageExists(docker, image)) return image;
  tell('pulling');
  try {
    await persist(docker, signal, async () => follow(await docker.pull(image, { abortSignal: signal }), tell));
  } catch (error) {
    signal.throwIfAborted();
    throw new EnvironmentError(
      `the image ${image} of service ${service.name} is not on this engine and cannot be pulled (${sentenceOf(error)})`,
      image === 'debian:bookworm-slim'
        ? 'Run script/base-image.'
        : `Try \`docker pull ${image}\`, or give the service a \`build:\` folder.`,
      error,
    );
  }
  return image;
}

/** The label of an image that says from which folder it was built. */
const FOLDER = 'firedrill.folder';

/** What was built from an earlier state of the same folder goes, where nobody uses it. */
async function dropEarlier(docker: Docker, tag: string, labels: Readonly<Record<string, string>>): Promise<void> {
  const filters = { label: Object.entries(labels).map(([name, value]) => `${name}=${value}`) };
  const images = await docker.listImages({ filters }).catch(() => []);
  for (const name of images.flatMap(({ RepoTags }) => RepoTags ?? []).filter((name) => name !== tag)) {
    await docker
      .getImage(name)
      .remove()
      .catch(() => {});
  }
}

async function imageExists(docker: Docker, image: string): Promise<boolean> {
  try {
    await docker.getImage(image).inspect();
    return true;
  } catch (error) {
    if (statusOf(error) === 404) return false;
    throw error;
  }
}

async function build(
  docker: Docker,
  { context, tag, labels }: { context: string; tag: string; labels: Readonly<Record<string, string>> },
  tell: (detail: string) => void,
  signal: AbortSignal,
): Promise<void> {
  let lines: string[] = [];
  const hear = (line: string) => {
    lines = [...lines.slice(1 - LAST_LINES), line];
    if (/^Step \d+/.test(line)) tell(line);
  };
  try {
    const src = await filesBelow(context);
    await persist(docker, signal, async () => {
      lines = [];
      // Of a build that fails or is broken off its last container would stay.
      const options = { t: tag, labels: { 'firedrill.image': tag, ...labels }, forcerm: true, abortSignal: signal };
      await follow(await docker.buildImage({ context, src }, options), hear);
    });
  } catch (error) {
    signal.throwIfAborted();
    const last = lines.map((line) => `  ${line}`);
    throw new EnvironmentError(
      [`the image ${tag} cannot be built: ${sentenceOf(error)}`, ...last].join('\n'),
      /debian:bookworm-slim/.test(sentenceOf(error))
        ? 'Run script/base-image, which makes debian:bookworm-slim.'
        : 'Build that folder with `docker build` to see the whole output.',
      error,
    );
  }
}

/** Does it all again when the engine was in trouble, as long as the failure is not the build's or the pull's own. */
async function persist(docker: Docker, signal: AbortSignal, work: () => Promise<void>): Promise<void> {
  for (let left = TRIES - 1; ; left -= 1) {
    try {
      await work();
      // A stream that is broken off ends like one that is whole.
      return signal.throwIfAborted();
    } catch (error) {
      signal.throwIfAborted();
      const { code } = error as { code?: unknown };
      const mayHelp = statusOf(error) > 0 ? mayPass(statusOf(error), sentenceOf(error)) : code !== undefined;
      if (!mayHelp || left === 0) throw error;
      // Answered when the engine is back, and not before.
      await docker.ping();
    }
  }
}

function follow(stream: NodeJS.ReadableStream, tell: (line: string) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const lines = readLines((text) => {
      const event = eventIn(text);
      if (event.error !== undefined) reject(new Error(event.error));
      for (const line of (event.stream ?? event.status ?? '').split('\n')) if (line.trim() !== '') tell(line.trim());
    });
    stream.on('data', lines.take);
    stream.on('error', reject);
    stream.on('end', () => {
      lines.end();
      resolve();
    });
    // One that is broken off ends without its end.
    stream.on('close', resolve);
  });
}

function eventIn(line: string): { stream?: string; status?: string; error?: string } {
  try {
    return JSON.parse(line) ?? {};
  } catch {
    return {};
  }
}
