# The commands of this project. Each step is a script that can be run alone; see scripts/.
.PHONY: help serve compose load test test-cgroup2 test-docker build bench attack soak format lint clean
.DEFAULT_GOAL := help

help:  ## print this list
	@sed -n 's/^\([a-z0-9-]*\):.*  ## \(.*\)/make \1 \2/p' Makefile | awk '{name=$$2; $$1=$$2=""; printf "make %-13s%s\n", name, $$0}'

serve:  ## install what is missing, build, start at http://127.0.0.1:3000 and prove it with one job
	@scripts/serve.sh

compose:  ## a command service, three workers, Redis and MongoDB in containers: http://127.0.0.1:3000; COMPOSE_ARGS=down ends it
	@scripts/compose.sh $(COMPOSE_ARGS)

load:  ## the former system's load test (Artillery) against a server that runs; LOAD_URL=http://127.0.0.1:3000
	@scripts/load.sh $(LOAD_ARGS)

test:  ## install what the tests need, build, run every test; the last line is the totals
	@scripts/test.sh

test-docker:  ## what needs root and a dockerd: the sandbox in containers, and deploy/ as compose runs it
	@scripts/test-docker.sh

test-cgroup2:  ## the sandbox under cgroup v2, in an emulated machine: hostile programs, limits, ordinary users; 25 minutes
	@scripts/test-cgroup2.sh

build:  ## the release binary: build/code-exec
	@scripts/install-deps.sh build
	@scripts/build.sh release

bench:  ## jobs a second and latencies, beside a bare interpreter; BENCH_ARGS=--json for numbers alone, --soak for 100,000 jobs
	@scripts/bench.sh $(BENCH_ARGS)

attack:  ## the hostile programs alone; ATTACK_ARGS="-k NAME" for some of them
	@scripts/attack.sh $(ATTACK_ARGS)

soak:  ## 20,000 jobs of every kind, then faults under load: nothing is lost, nothing is left behind
	@scripts/soak.sh

format:  ## lay out the sources with clang-format
	@scripts/format.sh

lint:  ## check layout, scripts and, with clang-tidy, the C++ sources
	@scripts/lint.sh

clean:  ## remove everything that was built
	@scripts/clean.sh
