import { engineContract } from '../contract.js';
import { dockerBench } from './bench.js';
import { describeOnDocker } from './engine-or-skip.js';

describeOnDocker('on a Docker engine', () => engineContract('docker', dockerBench));
