package main

import (
	"encoding/json"
	"fmt"
	"strings"
)

// The tickets of the bench: a line of subject, some four hundred characters of text, two tags of which one wakes a trigger.

func subject(n int) string {
	return fmt.Sprintf("Stripes in the picture of camera %d", n)
}

func tags(n int) []string {
	return []string{"camera", fmt.Sprintf("product_%d", n%triggers)}
}

func body(n int) string {
	words := strings.Fields("since the last update the sensor shows thin horizontal stripes when the light is low and the exposure is long we have tried another lens cable and power supply without any change")
	var b strings.Builder
	fmt.Fprintf(&b, "Hello, this is about serial number %d.\n\n", 100_000+n)
	for i := range 60 {
		b.WriteString(words[(n*7+i*(1+n%5))%len(words)])
		b.WriteByte(" \n"[i/59])
	}
	return b.String()
}

// createBody is what a client posts to make a ticket.
func createBody(n int, more ...string) ([]byte, error) {
	return json.Marshal(object{"ticket": object{"subject": subject(n), "tags": append(tags(n), more...), "comment": object{"body": body(n)}}})
}

// replyBody is what a client puts to answer one.
func replyBody(n int) ([]byte, error) {
	return json.Marshal(object{"ticket": object{"comment": object{"body": body(n), "public": true}}})
}
