// SPDX-License-Identifier: BSD-2-Clause
/* The calendar of the PC: Motorola MC146818 data sheet, at ports 0x70 and 0x71. */
#include <stdbool.h>
#include <lib/arch.h>
#include "arch/x86_64/cpu.h"

#define RTC_INDEX 0x70
#define RTC_DATA  0x71

enum {
	RTC_SECOND = 0,
	RTC_MINUTE = 2,
	RTC_HOUR = 4,
	RTC_DAY = 7,
	RTC_MONTH = 8,
	RTC_YEAR = 9,
	RTC_A = 10,
	RTC_B = 11,
};
/* What a port reads as where there is nothing. */
#define NOTHING 0xff
/* An update lasts 2 ms at most, and each try many a port access. */
#define MAX_TRIES  10000
#define A_UPDATING 0x80
#define B_24_HOURS 0x02
#define B_BINARY   0x04
#define HOUR_PM	   0x80

struct calendar {
	uint8_t second, minute, hour, day, month, year;
};

static uint8_t read_cmos(uint8_t reg)
{
	outb(RTC_INDEX, reg);
	return inb(RTC_DATA);
}

static struct calendar read_calendar(void)
{
	return (struct calendar){
		read_cmos(RTC_SECOND), read_cmos(RTC_MINUTE), read_cmos(RTC_HOUR),
		read_cmos(RTC_DAY),    read_cmos(RTC_MONTH),  read_cmos(RTC_YEAR),
	};
}

static uint8_t number(uint8_t value, uint8_t b)
{
	return b & B_BINARY ? value : (uint8_t)((value >> 4) * 10 + (value & 15));
}

/* Days since 1970-01-01 of a day of the 21st century, whose every fourth year is a leap year. */
static uint64_t days(unsigned int year, unsigned int month, unsigned int day)
{
	static const uint16_t before[] = { 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334 };

	return 10957 + year * 365 + (year + 3) / 4 + before[month - 1] +
	       (month > 2 && year % 4 == 0) + day - 1;
}

/* 0 if there is no such chip, which reads as all ones, or if it holds no date. */
uint64_t arch_clock_wall(void)
{
	struct calendar c, again;
	unsigned int hour, month, day, tries = 0;
	uint8_t b = read_cmos(RTC_B);

	if (b == NOTHING)
		return 0;
	/* Read twice the same: no second began in between. */
	do {
		if (++tries > MAX_TRIES)
			return 0;
		c = read_calendar();
		again = read_calendar();
	} while (read_cmos(RTC_A) & A_UPDATING || __builtin_memcmp(&c, &again, sizeof(c)));

	hour = number(c.hour & (uint8_t)~HOUR_PM, b);
	if (!(b & B_24_HOURS))
		hour = hour % 12 + (c.hour & HOUR_PM ? 12 : 0);
	month = number(c.month, b);
	day = number(c.day, b);
	if (month < 1 || month > 12 || day < 1 || day > 31 || hour > 23)
		return 0;
	return ((days(number(c.year, b), month, day) * 24 + hour) * 60 + number(c.minute, b)) * 60 +
	       number(c.second, b);
}
