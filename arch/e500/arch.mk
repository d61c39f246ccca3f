# SPDX-License-Identifier: BSD-2-Clause
# e500v2: no floating-point unit and no SPE instructions, so doubles are computed by softfp.mk's
# library. No small-data registers: r2 and r13 belong to nobody, and a hypercall test may load them
# with canaries.
CROSS_COMPILE ?= powerpc-linux-gnu-
ARCH_CFLAGS := -m32 -mcpu=8548 -msoft-float -mlong-double-64 -msdata=none -mbig-endian \
	-mno-string -fno-pie -fno-pic
ARCH_LDFLAGS := -m32 -no-pie -static
ARCH_LIBS := $(B)/libsoftfp.a
