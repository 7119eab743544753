"""A queue of servers and a crew, written in SimPy, to be compared with the same queue here: queue.py SERVERS CREW SEED.

Each server waits for one of the crew, takes that person 1 to 3 minutes, and then boots for 3 to 9 minutes. Prints as JSON how
much processor time that took to simulate (without starting Python) and when the last server was up, both in seconds.
"""

import json
import random
import sys
import time

import simpy

servers, crew, seed = (int(word) for word in sys.argv[1:4])
draw = random.Random(seed)
started = time.process_time()
env = simpy.Environment()
people = simpy.Resource(env, crew)


def server():
    with people.request() as turn:
        yield turn
        yield env.timeout(draw.uniform(60, 180))
    yield env.timeout(draw.uniform(180, 540))


for _ in range(servers):
    env.process(server())
env.run()
print(json.dumps({"seconds": time.process_time() - started, "upAt": env.now}))
