# SPDX-License-Identifier: BSD-2-Clause
#
# build/e500/libsoftfp.a: the routines that the compiler calls for float, double and complex
# numbers on a CPU without an FPU, built from GCC's source. libgcc has them by the same names, but
# Debian's for powerpc computes with an FPU.

SOFTFP := build/src/softfp
SOFTFP_OBJ := $(B)/obj/softfp

# libgcc/soft-fp. Not sub: subtract.S. ne, gt and lt are other names of eq, ge and le.
SOFTFP_FUNCTIONS := extendsfdf2 truncdfsf2 $(foreach m,sf df, \
	$(foreach f,add mul div,$(f)$(m)3) $(foreach f,neg eq ge le unord,$(f)$(m)2) \
	$(foreach i,si di,fix$(m)$(i) fixuns$(m)$(i) float$(i)$(m) floatun$(i)$(m)))
# libgcc/libgcc2.c, one object each.
SOFTFP_COMPLEX := mulsc3 muldc3 divsc3 divdc3 powisf2 powidf2
# What libgcc2.c includes of a configured GCC, and these functions do not need.
SOFTFP_EMPTY := $(patsubst %,$(SOFTFP_OBJ)/empty/%.h,tconfig tsystem coretypes tm libgcc_tm)

# The last flag makes the code 3 % smaller still.
SOFTFP_CFLAGS = $(filter-out $(WARNINGS),$(CFLAGS)) -Os -fno-thread-jumps

softfp_objects = $(patsubst %,$(SOFTFP_OBJ)/%.o,$(1))

$(SOFTFP)/.unpacked: scripts/unpack-softfp
	@scripts/unpack-softfp $(SOFTFP)
	@touch $@

$(call softfp_objects,$(SOFTFP_FUNCTIONS)): $(SOFTFP_OBJ)/%.o: $(SOFTFP)/.unpacked \
		arch/$(ARCH)/softfp.mk arch/$(ARCH)/sfp-machine.h arch/$(ARCH)/arch.mk
	$(call say,CC,$(B)/softfp/$*)
	@mkdir -p $(@D)
	$(Q)$(CC) -Iarch/$(ARCH) -I$(SOFTFP)/include $(SOFTFP_CFLAGS) -c -o $@ \
		$(SOFTFP)/libgcc/soft-fp/$*.c

$(call softfp_objects,$(SOFTFP_COMPLEX)): $(SOFTFP_OBJ)/%.o: $(SOFTFP)/.unpacked $(SOFTFP_EMPTY) \
		arch/$(ARCH)/softfp.mk arch/$(ARCH)/arch.mk
	$(call say,CC,$(B)/softfp/$*)
	$(Q)$(CC) -I$(SOFTFP_OBJ)/empty -I$(SOFTFP)/include $(SOFTFP_CFLAGS) -fbuilding-libgcc \
		-include stddef.h -DBITS_PER_UNIT=8 -DMIN_UNITS_PER_WORD=4 -DL_$* -c -o $@ \
		$(SOFTFP)/libgcc/libgcc2.c

$(SOFTFP_EMPTY):
	@mkdir -p $(@D)
	@: >$@

$(B)/libsoftfp.a: $(call softfp_objects,$(SOFTFP_FUNCTIONS) $(SOFTFP_COMPLEX))
	$(call say,AR,$@)
	$(Q)rm -f $@ && $(AR) rcs $@ $^
