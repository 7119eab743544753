import { createHash } from 'node:crypto';
import { lstat, readdir, readFile, readlink } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type Docker from 'dockerode';
import { statusOf } from './api.js';

/** The files below a folder, as paths relative to it, in the order of their names. */
export async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();
}

/**
 * The name and tag of the image that is built from `context`, which `build` calls it. The tag is a digest of every file's
 * name, mode and content and of the images that the Dockerfile begins with: equal tags, equal images.
 */
export async function imageNameOf(docker: Docker, build: string, context: string): Promise<string> {
  const words = build.toLowerCase().match(/[a-z0-9]+/g) ?? ['image'];
  const digest = createHash('sha256');
  for (const file of await filesBelow(context)) {
    const path = join(context, file);
    const stats = await lstat(path);
    const content = stats.isSymbolicLink() ? Buffer.from(await readlink(path)) : await readFile(path);
    // Lengths keep the end of one part and the beginning of the next apart.
    digest.update(`${file.length} ${file} ${stats.mode} ${content.length}\n`).update(content);
  }
  const dockerfile = await readFile(join(context, 'Dockerfile'), 'utf8').catch(() => '');
  for (const base of basesOf(dockerfile)) digest.update(`${base} ${await idOf(docker, base)}\n`);
  return `firedrill-${words.join('-')}:${digest.digest('hex').slice(0, 16)}`;
}

function basesOf(dockerfile: string): string[] {
  return [...dockerfile.matchAll(/^\s*FROM\s+(?:--\S+\s+)*(\S+)/gim)].map(([, base]) => base ?? '');
}

/** Empty for what is not there: a stage of the same file, or an image that the build is going to pull. */
async function idOf(docker: Docker, image: string): Promise<string> {
  try {
    return (await docker.getImage(image).inspect()).Id;
  } catch (error) {
    if (statusOf(error) === 404 || statusOf(error) === 400) return '';
    throw error;
  }
}
