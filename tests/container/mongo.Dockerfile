ARG BASE
FROM $BASE
COPY ferretdb /usr/local/bin/
WORKDIR /data/db
