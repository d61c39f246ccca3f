/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "vmm/e500/machine.h"

struct machine machine = { .mpic = -1 };

static uint64_t get_big(const uint8_t *bytes, unsigned int n)
{
	uint64_t value = 0;

	while (n--)
		value = value << 8 | *bytes++;
	return value;
}

static void set_big(uint8_t *bytes, unsigned int n, uint64_t value)
{
	for (; n--; value >>= 8)
		bytes[n] = value;
}

void devices_reset(struct vm *vm)
{
	unsigned int i;

	machine.gpio_dir = machine.gpio_dat = 0;
	memset(machine.spin, 0, sizeof(machine.spin));
	for (i = 0; i < vm->opt->cpus; i++) {
		uint8_t *entry = machine.spin + i * SPIN_ENTRY;

		set_big(entry, 8, 1);
		set_big(entry + SPIN_R3, 8, i);
		set_big(entry + SPIN_PIR, 4, i);
	}
}

/*
 * Starts a CPU whose entry's address has become even. The guest writes an address of 64 bits in
 * two pieces, so the low one has to come last. QEMU maps 64 MiB, so do we, and by TLB1[1].
 */
static void release(struct vcpu *vcpu, const uint8_t *entry)
{
	const uint64_t mapped = 64ull << 20;
	uint64_t address = get_big(entry, 8);
	uint32_t gpr[4] = { get_big(entry + SPIN_R3, 8) };

	if ((address & 1) || !vcpu->stopped)
		return;
	e500_enter(vcpu, address & (mapped - 1), address & ~(mapped - 1), mapped, 1, gpr);
	vcpu_start(vcpu);
}

static bool access_spin(struct vcpu *vcpu, uint64_t offset)
{
	struct kvm_run *run = vcpu->run;
	unsigned int id = offset / SPIN_ENTRY;

	if (offset + run->mmio.len > vcpu->vm->opt->cpus * SPIN_ENTRY)
		return false;
	if (!run->mmio.is_write) {
		memcpy(run->mmio.data, machine.spin + offset, run->mmio.len);
		return true;
	}
	memcpy(machine.spin + offset, run->mmio.data, run->mmio.len);
	release(&vcpu->vm->vcpu[id], machine.spin + id * SPIN_ENTRY);
	return true;
}

/* The machine's registers that are not the UART's. False: there is no such register. */
static bool store(struct vcpu *vcpu, uint32_t offset, uint32_t value)
{
	switch (offset) {
	case GUTS_AT + GUTS_RSTCR:
		if (value & 2)
			vm_end(vcpu, END_RESET, 0, "GUTS, register RSTCR");
		return true;
	case PVPANIC_AT:
		if (value & 1)
			vm_end(vcpu, END_PANIC, 1, "pvpanic");
		return true;
	case GPIO_AT + GPIO_DIR:
		machine.gpio_dir = value;
		break;
	case GPIO_AT + GPIO_DAT:
		machine.gpio_dat = value;
		break;
	default:
		return false;
	}
	if (machine.gpio_dir & machine.gpio_dat & 0x80000000)
		vm_end(vcpu, END_SHUTDOWN, 0, "GPIO, pin 0");
	return true;
}

static bool load(uint32_t offset, uint32_t *value)
{
	switch (offset) {
	case GPIO_AT + GPIO_DIR:
		*value = machine.gpio_dir;
		return true;
	case GPIO_AT + GPIO_DAT:
		*value = machine.gpio_dat;
		return true;
	case PVPANIC_AT:
		*value = 1; /* bit 0 is what it can report */
		return true;
	default:
		*value = 0;
		return (offset & ~(GUTS_SIZE - 1)) == GUTS_AT ||
		       (offset & ~(GPIO_SIZE - 1)) == GPIO_AT;
	}
}

bool devices_access(struct vcpu *vcpu)
{
	struct kvm_run *run = vcpu->run;
	uint64_t offset = run->mmio.phys_addr - CCSR_AT;
	uint32_t value;

	if (run->mmio.phys_addr - SPIN_AT < SPIN_SIZE)
		return access_spin(vcpu, run->mmio.phys_addr - SPIN_AT);
	if (offset >= CCSR_SIZE || run->mmio.len > 4)
		return false;
	/* kvm_run holds the bytes as the guest's memory would: the most significant one first. */
	value = get_big(run->mmio.data, run->mmio.len);
	if (offset >= UART_AT && offset < UART_AT + UART_REGS) {
		if (run->mmio.is_write)
			uart_write(&vcpu->vm->uart, offset - UART_AT, value);
		else
			set_big(run->mmio.data, run->mmio.len,
				uart_read(&vcpu->vm->uart, offset - UART_AT));
		return true;
	}
	if (run->mmio.is_write)
		return store(vcpu, offset, value);
	if (!load(offset, &value))
		return false;
	set_big(run->mmio.data, run->mmio.len, value);
	return true;
}

const char *arch_device(const struct kvm_run *run)
{
	uint64_t address = run->mmio.phys_addr, offset = address - CCSR_AT;

	if (run->exit_reason != KVM_EXIT_MMIO)
		return NULL;
	if (address - SPIN_AT < SPIN_SIZE)
		return "spin-table";
	if (offset - UART_AT < UART_REGS)
		return uart_name(offset - UART_AT);
	switch (offset) {
	case GUTS_AT + GUTS_RSTCR:
		return "guts.rstcr";
	case PVPANIC_AT:
		return "pvpanic";
	case GPIO_AT + GPIO_DIR:
		return "gpio.dir";
	case GPIO_AT + GPIO_DAT:
		return "gpio.dat";
	default:
		return NULL;
	}
}
