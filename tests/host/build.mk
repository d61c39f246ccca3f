# SPDX-License-Identifier: BSD-2-Clause
#
# Tests that run on the build machine, under the address and undefined-behaviour sanitizers.
# Sources are found by wildcard:
#
#   test_*.c    a program that prints TAP     -> build/host/test_*
#   fuzz_*.c    a libFuzzer target            -> build/host/fuzz_*
#   test_*.py   tests of the scripts, TAP     (run as they are)

B := build/host
LIBFDT := build/src/linux/scripts/dtc/libfdt

CC := clang
CFLAGS := -std=gnu11 -g -O1 -Wall -Wextra -Werror -fno-omit-frame-pointer
SANITIZE := -fsanitize=address,undefined -fno-sanitize-recover=all
# The e500's register numbers stand for any architecture with 4-byte instructions.
CPPFLAGS := -I. -Iarch/e500/include -Iarch/e500 -isystem $(LIBFDT)

FDT := $(patsubst %,$(B)/libfdt/%.o,fdt fdt_ro fdt_rw fdt_sw fdt_wip fdt_strerror \
	fdt_addresses fdt_empty_tree)
# Portable code under test.
CODE := lib/devtree.c lib/devtree_check.c lib/devtree_machine.c lib/machine.c lib/cmdline.c \
	lib/tap.c hcall/node.c hcall/catalogue.c vmm/elf.c vmm/fdt.c
COMMON := tests/host/tree.c tests/host/arch_stub.c $(CODE)
DEPENDS := $(COMMON) $(wildcard lib/*.h hcall/*.h vmm/*.[ch] arch/x86_64/acpi.*) \
	$(wildcard tests/host/*.h) tests/host/build.mk

TESTS := $(patsubst tests/host/%.c,$(B)/%,$(wildcard tests/host/test_*.c))
FUZZERS := $(patsubst tests/host/%.c,$(B)/%,$(wildcard tests/host/fuzz_*.c))

.PHONY: all tests fuzzers
all: tests fuzzers
tests: $(TESTS)
fuzzers: $(FUZZERS)

# libfdt itself is not under test, but it runs under the sanitizers all the same: what it reads
# outside of a tree that we accepted is our fault.
$(B)/libfdt/%.o: tests/host/build.mk
	@mkdir -p $(@D)
	@$(CC) -std=gnu11 -g -O1 $(SANITIZE) -fno-sanitize=alignment -I$(LIBFDT) -c -o $@ \
		$(LIBFDT)/$*.c

$(B)/test_%: tests/host/test_%.c $(DEPENDS) $(FDT)
	@printf '  %-5s %s\n' HOST $@
	@$(CC) $(CFLAGS) $(SANITIZE) $(CPPFLAGS) -o $@ $< $(COMMON) $(FDT)

$(B)/fuzz_%: tests/host/fuzz_%.c $(DEPENDS) $(FDT)
	@printf '  %-5s %s\n' FUZZ $@
	@$(CC) $(CFLAGS) $(SANITIZE) -fsanitize=fuzzer $(CPPFLAGS) -o $@ $< $(COMMON) $(FDT)

.SECONDARY:
.DELETE_ON_ERROR:
