"""The worker of the usual stack: makes a kept picture grey, and tells its broker when that is done and not before."""

import os

import cv2
from celery import Celery

FOLDER = os.environ["PEER_FOLDER"]

cv2.setNumThreads(1)
app = Celery("peer", broker=os.environ["PEER_REDIS"], backend=os.environ["PEER_REDIS"])
app.conf.update(task_acks_late=True, worker_prefetch_multiplier=1)


@app.task
def grey(name):
    part = os.path.join(FOLDER, "part", name)
    cv2.imwrite(part, cv2.imread(os.path.join(FOLDER, "in", name), cv2.IMREAD_GRAYSCALE), [cv2.IMWRITE_JPEG_QUALITY, 85])
    os.replace(part, os.path.join(FOLDER, "out", name))
