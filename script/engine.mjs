// What the set-up scripts ask of a Docker engine, with no need for the docker command:
//   address         prints where the engine is looked for
//   ping            ends with 0 when it answers, else says why
//   has IMAGE       ends with 0 when the image is there
//   pull IMAGE      pulls it; gives up when nothing moves for 15 s
//   import IMAGE    makes an image of the tar archive on standard input
import { execFileSync } from 'node:child_process';

const ANSWER_MS = 5_000;
const STANDSTILL_MS = 15_000;

const [verb, image = ''] = process.argv.slice(2);
const address = process.env.DOCKER_HOST || addressOfContext() || 'unix:///var/run/docker.sock';
process.env.DOCKER_HOST = address;

try {
  await carryOut();
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}

/** The context that the docker command would use; only that command makes contexts, so without it there is none. */
function addressOfContext() {
  try {
    const format = '{{.Endpoints.docker.Host}}';
    return execFileSync('docker', ['context', 'inspect', '--format', format], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return null;
  }
}

async function carryOut() {
  if (verb === 'address') return console.log(address);
  const { default: Docker } = await import('dockerode');
  const docker = new Docker();
  if (verb === 'ping') await answerOf(docker.ping());
  else if (verb === 'has') await answerOf(docker.getImage(image).inspect());
  else if (verb === 'pull') await follow(docker, await answerOf(docker.pull(image), STANDSTILL_MS));
  else if (verb === 'import') await importImage(docker);
  else throw new Error(`"${verb}" is none of address, ping, has, pull and import`);
}

async function importImage(docker) {
  const [repo, tag] = image.split(':');
  await follow(docker, await docker.importImage(process.stdin, { repo, tag, changes: 'CMD ["bash"]' }));
}

/** An engine that accepts the connection and then says nothing must not hold anybody up. */
async function answerOf(promise, withinMs = ANSWER_MS) {
  const silence = setTimeout(() => {
    console.error(`${address} says nothing`);
    process.exit(1);
  }, withinMs);
  try {
    return await promise;
  } finally {
    clearTimeout(silence);
  }
}

function follow(docker, stream) {
  return new Promise((resolve, reject) => {
    const stop = () => {
      reject(new Error('nothing moved for 15 s'));
      stream.destroy();
    };
    let standstill = setTimeout(stop, STANDSTILL_MS);
    docker.modem.followProgress(
      stream,
      (error) => {
        clearTimeout(standstill);
        if (error) reject(error);
        else resolve();
      },
      () => {
        clearTimeout(standstill);
        standstill = setTimeout(stop, STANDSTILL_MS);
      },
    );
  });
}
