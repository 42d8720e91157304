ARG BASE
FROM $BASE
RUN apt-get update && apt-get install --yes --no-install-recommends redis-server
WORKDIR /data
