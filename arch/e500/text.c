// SPDX-License-Identifier: BSD-2-Clause
/*
 * Changes of the running code. Text is mapped read-only; the page's entry in the TLB is made
 * writable for as long as the change takes.
 */
#include <string.h>
#include <asm/spr.h>
#include <lib/arch.h>

/* Sets or clears supervisor write in the entry that maps address, if one is in the TLB. */
static void set_writable(uintptr_t address, unsigned long write)
{
	/* No access to memory may come in between: a TLB miss would overwrite MAS0 to MAS3. */
	asm volatile("tlbsx 0, %[address]\n\t"
		     "mfspr %%r9, %[mas1]\n\t"
		     "andis. %%r9, %%r9, %[valid]\n\t"
		     "beq 1f\n\t"
		     "mfspr %%r9, %[mas3]\n\t"
		     "rlwinm %%r9, %%r9, 0, 30, 28\n\t"
		     "or %%r9, %%r9, %[write]\n\t"
		     "mtspr %[mas3], %%r9\n\t"
		     "isync\n\t"
		     "tlbwe\n\t"
		     "isync\n"
		     "1:"
		     :
		     : [address] "r"(address), [write] "r"(write), [mas1] "i"(SPR_MAS1),
		       [mas3] "i"(SPR_MAS3), [valid] "i"(MAS1_VALID >> 16)
		     : "r9", "cr0", "memory");
}

_Static_assert(MAS3_SW == 1 << (31 - 29), "the mask of rlwinm in set_writable()");

static void write_word(uint32_t *dst, uint32_t value)
{
	/* An interrupt would be an access to memory, too. */
	bool enabled = arch_irq_save();

	/* A read brings the page into the TLB. */
	(void)*(volatile uint32_t *)dst;
	set_writable((uintptr_t)dst, MAS3_SW);
	*(volatile uint32_t *)dst = value;
	set_writable((uintptr_t)dst, 0);
	arch_irq_restore(enabled);
	/* Out of the data cache, then no longer in the instruction cache or the pipeline. */
	asm volatile("dcbst 0, %0; sync; icbi 0, %0; sync; isync" : : "r"(dst) : "memory");
}

void arch_text_write(void *dst, const void *src, size_t len)
{
	/* Word by word: instructions are aligned words, and no word crosses a page. */
	while (len) {
		uint32_t *word = (uint32_t *)((uintptr_t)dst & ~(uintptr_t)3);
		size_t at = (uintptr_t)dst & 3;
		size_t n = len < 4 - at ? len : 4 - at;
		uint32_t value = *word;

		memcpy((uint8_t *)&value + at, src, n);
		write_word(word, value);
		dst = (uint8_t *)dst + n;
		src = (const uint8_t *)src + n;
		len -= n;
	}
}
