import { layersContract } from '../engine/contract.js';
import { dockerBench } from '../engine/docker/bench.js';
import { describeOnDocker } from '../engine/docker/engine-or-skip.js';

describeOnDocker('on a Docker engine', () => layersContract('docker', dockerBench));
