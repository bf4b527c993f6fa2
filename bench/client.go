package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// object is JSON in the making.
type object = map[string]any

// callTime bounds one call.
const callTime = 30 * time.Second

// client keeps its connections open, as the clients of an API do, one for each caller at a time. It reads answers with
// net/http, but writes and waits by itself: http.Client hands every request through two further goroutines, and on a
// machine that it shares with the server that would show in the server's numbers.
type client struct {
	mu   sync.Mutex
	idle []*connection
}

type connection struct {
	net.Conn
	reader *bufio.Reader
	text   bytes.Buffer
}

func (c *client) take(address string) (*connection, error) {
	c.mu.Lock()
	if n := len(c.idle); n > 0 {
		conn := c.idle[n-1]
		c.idle = c.idle[:n-1]
		c.mu.Unlock()
		return conn, nil
	}
	c.mu.Unlock()
	conn, err := net.DialTimeout("tcp", address, time.Second)
	if err != nil {
		return nil, err
	}
	return &connection{Conn: conn, reader: bufio.NewReaderSize(conn, 16<<10)}, nil
}

func (c *client) give(conn *connection) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.idle = append(c.idle, conn)
}

// close drops the idle connections.
func (c *client) close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, conn := range c.idle {
		_ = conn.Close()
	}
	c.idle = nil
}

// send makes one request as the admin and has read take in the answer.
func (s *server) send(ctx context.Context, method, path string, body []byte, read func(*http.Response) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	conn, err := s.client.take(s.address())
	if err != nil {
		return err
	}
	if err := conn.exchange(s, method, path, body, read); err != nil {
		_ = conn.Close()
		return err
	}
	s.client.give(conn)
	return nil
}

func (conn *connection) exchange(s *server, method, path string, body []byte, read func(*http.Response) error) error {
	if err := conn.SetDeadline(time.Now().Add(callTime)); err != nil {
		return err
	}
	t := &conn.text
	t.Reset()
	t.WriteString(method + " " + path + " HTTP/1.1\r\nHost: " + s.name + ".localhost:" + strconv.Itoa(s.port) + "\r\n")
	t.WriteString("Authorization: Basic " + base64.StdEncoding.EncodeToString([]byte(s.email+"/token:"+s.token)) + "\r\n")
	if s.cookie != "" {
		t.WriteString("Cookie: " + s.cookie + "\r\n")
	}
	if body != nil {
		t.WriteString("Content-Type: application/json\r\nContent-Length: " + strconv.Itoa(len(body)) + "\r\n")
	}
	t.WriteString("\r\n")
	t.Write(body)
	if _, err := conn.Write(t.Bytes()); err != nil {
		return err
	}
	res, err := http.ReadResponse(conn.reader, nil)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if res.StatusCode >= 300 {
		raw, _ := io.ReadAll(io.LimitReader(res.Body, 2000))
		return fmt.Errorf("%s %s: %s %s", method, path, res.Status, raw)
	}
	if err := read(res); err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, res.Body)
	return err
}

// api is where the API's paths begin.
const api = "/api/v2"

// hit makes a call of the API and throws the answer away, once all of it has come.
func (s *server) hit(ctx context.Context, method, path string, body []byte) error {
	return s.send(ctx, method, api+path, body, func(*http.Response) error { return nil })
}

// call makes a call of the API and reads the answer.
func (s *server) call(ctx context.Context, method, path string, in, out any) error {
	var body []byte
	if in != nil {
		var err error
		if body, err = json.Marshal(in); err != nil {
			return err
		}
	}
	return s.send(ctx, method, api+path, body, func(res *http.Response) error {
		if out == nil {
			return nil
		}
		return json.NewDecoder(res.Body).Decode(out)
	})
}
