# SPDX-License-Identifier: BSD-2-Clause
#
# The one door. `make help` lists what is behind it.

ARCHES := x86_64 e500 s390x
# Architectures whose hypercalls a real KVM answers here, inside QEMU (hosts/README.md).
NESTED := x86_64 e500
JOBS ?= $(shell nproc)
FUZZ_SECONDS ?= 30
MAKEFLAGS += --no-print-directory

.PHONY: all run check mutants lint fuzz host-tests images hosts setup setup-check clean distclean dist help
.PHONY: $(addprefix images-,$(ARCHES)) $(addprefix host-,$(NESTED))

all: images

run: setup images hosts
	@scripts/paravane tour

check: setup-check images hosts host-tests fuzz
	@scripts/paravane check --all

# Saboteurs break one rule each; the conformance suite must notice every one.
mutants: images hosts
	@scripts/paravane mutants

images: setup build/dtb/.made
	@set -e; for a in $(ARCHES); do $(MAKE) -j$(JOBS) -f arch/build.mk ARCH=$$a images; done

$(addprefix images-,$(ARCHES)): images-%: setup
	@$(MAKE) -j$(JOBS) -f arch/build.mk ARCH=$* images

# Damaged device trees for the guests' tests.
build/dtb/.made: tests/dtb/make-damaged
	@tests/dtb/make-damaged build/dtb
	@touch $@

hosts: setup
	@set -e; for a in $(NESTED); do hosts/prepare $$a; done

$(addprefix host-,$(NESTED)): host-%: setup
	@hosts/prepare $*

host-tests: setup-check
	@scripts/unpack-linux build/src/linux
	@$(MAKE) -j$(JOBS) -f tests/host/build.mk tests
	@prove --exec '' $(call built,test_*.c) $(wildcard tests/host/test_*.py)

# FUZZ_SECONDS for all of them together.
fuzz: setup-check
	@scripts/unpack-linux build/src/linux
	@$(MAKE) -j$(JOBS) -f tests/host/build.mk fuzzers
	@prove -j$(JOBS) --exec 'tests/host/run-fuzzer $(FUZZ_SECONDS)' $(call built,fuzz_*.c)

built = $(patsubst tests/host/%.c,build/host/%,$(wildcard tests/host/$(1)))

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
	@echo "make mutants    break rules on purpose; the conformance suite must notice"
	@echo "make lint       formats, warnings and static checks of all sources"
	@echo "make fuzz       fuzz the parsers of foreign data for FUZZ_SECONDS ($(FUZZ_SECONDS)) each"
	@echo "make images     build/<arch>/<program>.elf for $(ARCHES)"
	@echo "make hosts      the nested hypervisors under build/hosts/"
	@echo "make dist       a source archive"
	@echo "make clean      remove what is quick to rebuild; distclean: everything"
	@echo
	@echo "V=1 shows the commands. scripts/paravane --help: run one image on one hypervisor."
