# SPDX-License-Identifier: BSD-2-Clause
#
# The one door. `make help` lists what is behind it.

ARCHES := x86_64 e500 s390x
# Architectures whose hypercalls a real KVM answers here, inside QEMU (hosts/README.md).
NESTED := x86_64 e500
JOBS ?= $(shell nproc)
FUZZ_SECONDS ?= 60
MAKEFLAGS += --no-print-directory

.PHONY: all run check compare mutants bench docs lint fuzz host-tests images app hosts setup setup-check clean distclean dist help
.PHONY: $(addprefix images-,$(ARCHES)) $(addprefix host-,$(NESTED))

all: images

run: setup images hosts
	@scripts/paravane tour

check: setup-check images hosts host-tests fuzz
	@scripts/paravane check --all --junit build/junit.xml --html build/report.html

# Two versions of KVM beside each other; Debian has the newer one in an archive of its own.
compare: images hosts
	@hosts/prepare x86_64 6.12
	@scripts/paravane compare --arch x86_64 nested nested:6.12

# Saboteurs break one rule each; the conformance suite must notice every one.
mutants: images hosts
	@scripts/paravane mutants

images: setup build/dtb/.made
	@set -e; for a in $(ARCHES); do $(MAKE) -j$(JOBS) -f arch/build.mk ARCH=$$a images; done

$(addprefix images-,$(ARCHES)): images-%: setup
	@$(MAKE) -j$(JOBS) -f arch/build.mk ARCH=$* images

app: setup
	@[ -n "$(SRC)" ] && [ -n "$(filter $(ARCH),$(ARCHES))" ] || { \
		echo "make app: write SRC=path/to/file.c (several: SRC='a.c b.c') and ARCH=" \
			"one of $(ARCHES)" >&2; exit 2; }
	@$(MAKE) -j$(JOBS) -f arch/build.mk ARCH=$(ARCH) SRC='$(SRC)' APP_CFLAGS='$(APP_CFLAGS)' app

# Damaged device trees for the guests' tests.
build/dtb/.made: tests/dtb/make-damaged
	@tests/dtb/make-damaged build/dtb
	@touch $@

# No KVM for s390x can be had here; its monitor is compiled, so that it stays one that does.
hosts: setup
	@set -e; for a in $(NESTED) s390x; do hosts/prepare $$a; done

$(addprefix host-,$(NESTED)): host-%: setup
	@hosts/prepare $*

host-tests: setup-check
	@scripts/unpack-linux build/src/linux
	@$(MAKE) -j$(JOBS) -f tests/host/build.mk tests
	@prove --exec '' $(call built,test_*.c) $(wildcard tests/host/test_*.py)

# Each for FUZZ_SECONDS, as many at a time as there are CPUs.
fuzz: setup-check
	@scripts/unpack-linux build/src/linux
	@$(MAKE) -j$(JOBS) -f tests/host/build.mk fuzzers
	@prove -j$(JOBS) --exec 'tests/host/run-fuzzer $(FUZZ_SECONDS)' $(call built,fuzz_*.c)

built = $(patsubst tests/host/%.c,build/host/%,$(wildcard tests/host/$(1)))

# Reports, and leaves with status 0; `scripts/bench --check` does not if a goal is missed.
bench: setup
	@set -e; for a in $(ARCHES); do $(MAKE) -j$(JOBS) -f arch/build.mk ARCH=$$a bench; done
	@scripts/bench

# The ABI book, docs/abi/, of arch/*/catalogue.def; `make lint` fails where they differ.
docs: setup
	@scripts/docs

lint: setup-check
	@scripts/lint

setup:
	@scripts/setup build

setup-check:
	@scripts/setup check

clean:
	rm -rf $(addprefix build/,$(ARCHES)) build/host build/results build/run

distclean:
	rm -rf build

dist:
	@mkdir -p build
	git archive --prefix=paravane/ -o build/paravane.tar.gz HEAD
	@echo "build/paravane.tar.gz"

help:
	@echo "make run        set up, build, prepare the hypervisors, show the tour (start here)"
	@echo "make check      the same set-up, then every test"
	@echo "make compare    Linux 6.12's KVM beside that of 6.1, on x86_64 (downloads a second kernel)"
	@echo "make bench      what the runtime costs: instructions, bytes, memory, time (docs/bench.md)"
	@echo "make mutants    break rules on purpose; the conformance suite must notice"
	@echo "make docs       the ABI book docs/abi/, of the catalogues"
	@echo "make lint       formats, warnings and static checks of all sources"
	@echo "make fuzz       fuzz the parsers of foreign data for FUZZ_SECONDS ($(FUZZ_SECONDS)) each"
	@echo "make images     build/<arch>/<program>.elf for $(ARCHES)"
	@echo "make app SRC=path/to/file.c ARCH=…  your own C files as build/<arch>/app/<name>.elf"
	@echo "make hosts      the nested hypervisors under build/hosts/"
	@echo "make dist       a source archive"
	@echo "make clean      remove what is quick to rebuild; distclean: everything"
	@echo
	@echo "V=1 shows the commands. scripts/paravane --help: run one image on one hypervisor."
