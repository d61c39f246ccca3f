# SPDX-License-Identifier: BSD-2-Clause
#
# How the images of one architecture are built; the top Makefile calls it with ARCH=<a>.
# Sources are found by wildcard: a new file needs no line here. Nor do rules for more libraries than
# these: arch/<a>/arch.mk names them in ARCH_LIBS, any other arch/<a>/*.mk has the rules.
#
#   build/<a>/libparavane.a   the runtime: arch/<a>, boot, lib, hcall
#   build/<a>/<program>.elf   examples/<program>.c, with examples/<a>/<program>.c if there is one
#   build/<a>/tests/<t>.elf   tests/portable/<t>.c and tests/<a>/<t>.c
#   build/<a>/bench/<b>.elf   what `make bench` runs: tests/bench
#   build/<a>/tests/newlib-<t>.elf   programs of newlib's own test suite, which nobody here wrote
#   build/<a>/app/<name>.elf  the C files named in SRC, wherever they are
#   build/<a>/conformance.elf all of tests/conformance and tests/conformance/<a>

B := build/$(ARCH)
LINUX := build/src/linux
LIBFDT := $(LINUX)/scripts/dtc/libfdt

include arch/$(ARCH)/arch.mk

CC := $(CROSS_COMPILE)gcc
AR := $(CROSS_COMPILE)ar

WARNINGS := -Wall -Wextra -Werror -Wmissing-prototypes -Wstrict-prototypes -Wshadow -Wvla
CFLAGS := -std=gnu11 -Os -g $(WARNINGS) -fno-stack-protector -fno-asynchronous-unwind-tables \
	-ffunction-sections -fdata-sections -fno-pie -U__linux__ $(ARCH_CFLAGS)
# newlib's headers and the compiler's own; nothing of the build machine's.
CPPFLAGS := -nostdinc -isystem $(B)/newlib/include \
	-isystem $(shell $(CC) -print-file-name=include) \
	-I. -Iarch/$(ARCH)/include -Iarch/$(ARCH) -isystem $(LIBFDT) $(ARCH_CPPFLAGS)
LDFLAGS := -nostdlib -static -no-pie -Wl,--gc-sections -Wl,--fatal-warnings -Wl,--build-id=none \
	-Wl,-z,noexecstack -Wl,-z,max-page-size=4096 -L. -T linker/$(ARCH).ld $(ARCH_LDFLAGS)
# libgcc comes last: what the others define (the floating point of e500) must win over it.
LIBS := -Wl,--start-group $(B)/libparavane.a $(B)/libfdt.a $(B)/newlib/lib/libc.a \
	$(B)/newlib/lib/libm.a $(ARCH_LIBS) -Wl,--end-group -lgcc

RUNTIME := $(wildcard arch/$(ARCH)/*.c arch/$(ARCH)/*.S boot/*.c lib/*.c lib/*/*.c hcall/*.c)
START := $(wildcard boot/$(ARCH)/*.S boot/$(ARCH)/*.c)
EXAMPLES := $(wildcard examples/*.c)
PARTS := $(wildcard examples/$(ARCH)/*.c)
TESTS := $(wildcard tests/portable/*.c tests/$(ARCH)/*.c)
CONFORMANCE := $(sort $(wildcard $(foreach d,tests/conformance tests/conformance/$(ARCH),$(d)/*.c $(d)/*.S)))

objects = $(patsubst %,$(B)/obj/%.o,$(basename $(1)))

PROGRAMS := $(patsubst examples/%.c,$(B)/%.elf,$(EXAMPLES))
TEST_PROGRAMS := $(patsubst %,$(B)/tests/%.elf,$(basename $(notdir $(TESTS))))

# Left out are its tests of mmap(), iconv() and UTF-8 locales, which this newlib is built without.
NEWLIB_SUITE := build/src/newlib/newlib/testsuite
NEWLIB_TESTS := newlib.search/hsearchtest newlib.string/tstring newlib.string/memmove1 \
	newlib.string/memcpy-1 newlib.string/strcmp-1 newlib.wctype/twctype \
	newlib.wctype/tiswctype newlib.wctype/twctrans newlib.stdio/nulprintf \
	newlib.stdio/swprintf newlib.stdlib/size_max newlib.stdlib/atexit
NEWLIB_PROGRAMS := $(patsubst %,$(B)/tests/newlib-%.elf,$(notdir $(NEWLIB_TESTS)))

ifeq ($(V),1)
Q :=
say = @:
else
Q := @
say = @printf '  %-5s %s\n' $(1) $(2)
endif

.PHONY: images bench libs app
images: $(PROGRAMS) $(TEST_PROGRAMS) $(NEWLIB_PROGRAMS) $(B)/conformance.elf
bench: $(B)/hello.elf $(B)/bench/regions.elf $(B)/bench/empty.elf
libs: $(B)/newlib/lib/libc.a $(LINUX)/.unpacked

# The headers of newlib and libfdt must be there before the first file is compiled.
$(B)/obj/%.o: %.c arch/build.mk arch/$(ARCH)/arch.mk | libs
	$(call say,CC,$(B)/$*)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

$(B)/obj/%.o: %.S arch/build.mk arch/$(ARCH)/arch.mk | libs
	$(call say,AS,$(B)/$*)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) -D__ASSEMBLY__ -MMD -MP -c -o $@ $<

$(B)/newlib/lib/libc.a: scripts/build-newlib $(wildcard lib/libc/*.patch) arch/$(ARCH)/arch.mk
	@scripts/build-newlib $(ARCH) $(B)/newlib
	@touch $@

$(LINUX)/.unpacked: scripts/unpack-linux
	@scripts/unpack-linux $(LINUX)
	@touch $@

# What of libfdt reads a tree; the guest writes none.
FDT_OBJECTS := $(patsubst %,$(B)/obj/libfdt/%.o,fdt fdt_ro fdt_strerror fdt_addresses)
$(B)/obj/libfdt/%.o: | libs
	$(call say,CC,$(B)/libfdt/$*)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) $(filter-out $(WARNINGS),$(CFLAGS)) -c -o $@ $(LIBFDT)/$*.c

$(B)/libfdt.a: $(FDT_OBJECTS)
	$(Q)rm -f $@ && $(AR) rcs $@ $^

$(B)/libparavane.a: $(call objects,$(RUNTIME))
	$(call say,AR,$@)
	$(Q)rm -f $@ && $(AR) rcs $@ $^

link = $(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $(filter %.o,$^) $(LIBS)
LINK_INPUTS := $(call objects,$(START)) $(B)/libparavane.a $(B)/libfdt.a $(ARCH_LIBS) \
	$(B)/newlib/lib/libc.a \
	linker/$(ARCH).ld linker/sections.ld

# The part of a program that differs by architecture: a second object where the file exists.
parts = $(call objects,$(wildcard examples/$(ARCH)/$*.c))

.SECONDEXPANSION:
$(B)/%.elf: $(B)/obj/examples/%.o $$(parts) $(LINK_INPUTS)
	$(call say,LD,$@)
	$(link)

$(B)/conformance.elf: $(call objects,$(CONFORMANCE)) $(LINK_INPUTS)
	$(call say,LD,$@)
	$(link)

$(B)/tests/%.elf: $(B)/obj/tests/portable/%.o $(LINK_INPUTS)
	$(call say,LD,$@)
	@mkdir -p $(@D)
	$(link)

$(B)/tests/%.elf: $(B)/obj/tests/$(ARCH)/%.o $(LINK_INPUTS)
	$(call say,LD,$@)
	@mkdir -p $(@D)
	$(link)

# Other people's C files: in one step, without our warnings, and with a stack for programs that put
# their arrays on it.
APP_STACK := 0x80000
foreign = $(Q)$(CC) -I$(dir $(word 1,$(1))) $(2) $(CPPFLAGS) $(filter-out $(WARNINGS),$(CFLAGS)) -w \
	$(LDFLAGS) -Wl,--defsym=boot_stack_size=$(APP_STACK) $(APP_CFLAGS) -o $@ $(1) $(call objects,$(START)) $(LIBS)

$(NEWLIB_PROGRAMS): $(B)/tests/newlib-%.elf: $(LINK_INPUTS)
	$(call say,LD,$@)
	@mkdir -p $(@D)
	$(call foreign,$(NEWLIB_SUITE)/$(filter %/$*,$(NEWLIB_TESTS)).c,-I$(NEWLIB_SUITE)/include)

# SRC: one file, or several that make one program, which is called like the first. APP_CFLAGS: more
# options for the compiler. What they include is not looked at, so it is built each time.
ifneq ($(SRC),)
APP := $(B)/app/$(basename $(notdir $(firstword $(SRC)))).elf
.PHONY: force
app: $(APP)
$(APP): $(SRC) $(LINK_INPUTS) force
	$(call say,LD,$@)
	@mkdir -p $(@D)
	$(call foreign,$(SRC))
endif

$(B)/obj/tests/bench/%.o: CPPFLAGS += -Itests/bench/$(ARCH)
$(B)/bench/regions.elf: $(call objects,tests/bench/regions.c tests/bench/$(ARCH)/bare.S) $(LINK_INPUTS)
	$(call say,LD,$@)
	@mkdir -p $(@D)
	$(link)

# Nothing but itself: neither our runtime nor our linker script, only the same address.
$(B)/bench/empty.elf: $(call objects,tests/bench/$(ARCH)/empty.S)
	$(call say,LD,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(ARCH_LDFLAGS) -nostdlib -Wl,--build-id=none,-z,max-page-size=4096 \
		-Wl,-Ttext=$$(sed -n "s/^\t\. = \(0x[0-9a-f]*\);/\1/p" linker/$(ARCH).ld) -o $@ $<

# How the architecture's own libraries (ARCH_LIBS) are built.
include $(filter-out %/arch.mk,$(wildcard arch/$(ARCH)/*.mk))

.SECONDARY:
.DELETE_ON_ERROR:

-include $(patsubst %.o,%.d,$(call objects,$(RUNTIME) $(START) $(EXAMPLES) $(PARTS) $(TESTS) $(CONFORMANCE) tests/bench/regions.c))
