package condition

import (
	"math"
	"strconv"
	"strings"

	"interdesk/calendar"
)

const (
	micros = 1_000_000
	hour   = 3600 * micros

	firstDay, lastDay = "0001-01-01", "9999-12-31"
)

// ParseDecimal reads a decimal number as millionths: "1.5" is 1500000. Digits beyond the sixth after the point are cut
// off. It refuses what does not fit 64 bits, exponents and anything else that is not digits, a point and a sign.
func ParseDecimal(s string) (int64, bool) {
	digits, negative := s, false
	if rest, ok := strings.CutPrefix(s, "-"); ok {
		digits, negative = rest, true
	} else if rest, ok := strings.CutPrefix(s, "+"); ok {
		digits = rest
	}
	whole, fraction, _ := strings.Cut(digits, ".")
	if !allDigits(whole) || !allDigits(fraction) || whole+fraction == "" {
		return 0, false
	}
	fraction = (fraction + "000000")[:6]
	n, err := strconv.ParseInt(whole+fraction, 10, 64)
	if err != nil {
		return 0, false
	}
	if negative {
		n = -n
	}
	return n, true
}

func allDigits(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r < '0' || r > '9' }) < 0
}

func parseWhole(s string) (int64, bool) {
	s = strings.TrimSpace(s)
	n, err := strconv.ParseInt(s, 10, 64)
	if err == nil {
		return n, true
	}
	m, ok := ParseDecimal(s) // "5.0" is the number five
	if !ok || m%micros != 0 {
		return 0, false
	}
	return m / micros, true
}

// within tells whether day lies from..to days after today. It allocates nothing.
func within(day, today string, from, to int64) bool {
	d, ok := calendar.Parse(day)
	t, known := calendar.Parse(today)
	n := int64(d - t)
	return ok && known && from <= n && n <= to
}

// bounds gives the range of whole numbers that compare so with n. A range that holds nothing has low above high.
func bounds(op Operator, n int64) (low, high int64) {
	low, high = math.MinInt64, math.MaxInt64
	switch op {
	case Is:
		return n, n
	case LessThanEqual:
		high = n
	case GreaterThanEqual:
		low = n
	case LessThan:
		if n == low {
			return 1, 0
		}
		high = n - 1
	case GreaterThan:
		if n == high {
			return 1, 0
		}
		low = n + 1
	}
	return low, high
}

// dateBounds is bounds for days.
func dateBounds(op Operator, day string) (low, high string) {
	low, high = firstDay, lastDay
	switch op {
	case LessThanEqual:
		high = day
	case GreaterThanEqual:
		low = day
	case LessThan:
		if day == firstDay {
			return lastDay, firstDay
		}
		high = calendar.Shift(day, -1)
	case GreaterThan:
		if day == lastDay {
			return lastDay, firstDay
		}
		low = calendar.Shift(day, 1)
	}
	return low, high
}

// hourBounds gives the range of microseconds whose hours, floored, compare so with n. Nothing negative is within: what lies
// ahead has not passed, what has passed is not left.
func hourBounds(op Operator, n int64, until bool) (low, high int64) {
	low, high = 0, math.MaxInt64
	switch {
	case op == Is:
		low, high = n*hour, (n+1)*hour-1
	case op == GreaterThan:
		low = (n + 1) * hour
	case until: // "less than" counts the hour itself when hours are left
		high = (n+1)*hour - 1
	default:
		high = n*hour - 1
	}
	return max(low, 0), high
}
