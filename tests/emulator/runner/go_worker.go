// Copyright: (c) 2026, the e2enetworks.cloud contributors
// GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Compiled together with a function in Go: the types it is written with, and the process it runs in.
// Usage: program SOCKET CONTROL_FD
// Reference P.6 has the two types' names and that they need no package prefix; their fields are our choice: those of the
// type of the same name in the AWS library, and RawBody.

package main

import (
	"context"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"
	"runtime/debug"
	"strconv"
	"strings"
	"syscall"
)

type APIGatewayRequestIdentity struct {
	SourceIP  string `json:"sourceIp"`
	UserAgent string `json:"userAgent"`
}

type APIGatewayProxyRequestContext struct {
	Stage    string                    `json:"stage"`
	Identity APIGatewayRequestIdentity `json:"identity"`
}

type APIGatewayProxyRequest struct {
	HTTPMethod                      string                        `json:"httpMethod"`
	Path                            string                        `json:"path"`
	Headers                         map[string]string             `json:"headers"`
	MultiValueHeaders               map[string][]string           `json:"multiValueHeaders"`
	QueryStringParameters           map[string]string             `json:"queryStringParameters"`
	MultiValueQueryStringParameters map[string][]string           `json:"multiValueQueryStringParameters"`
	Body                            string                        `json:"body"`
	IsBase64Encoded                 bool                          `json:"isBase64Encoded"`
	RawBody                         []byte                        `json:"rawBody"`
	RequestContext                  APIGatewayProxyRequestContext `json:"requestContext"`
}

type APIGatewayProxyResponse struct {
	StatusCode      int               `json:"statusCode"`
	Headers         map[string]string `json:"headers"`
	Body            string            `json:"body"`
	IsBase64Encoded bool              `json:"isBase64Encoded"`
}

type emulatorAnswer struct {
	Status  int         `json:"status"`
	Headers [][2]string `json:"headers"`
	Length  int         `json:"length"`
}

func emulatorReply(response APIGatewayProxyResponse) (emulatorAnswer, []byte, error) {
	answer := emulatorAnswer{Status: response.StatusCode, Headers: [][2]string{}}
	if response.StatusCode < 200 || response.StatusCode > 599 {
		return answer, nil, fmt.Errorf("StatusCode must be from 200 to 599, it is %d", response.StatusCode)
	}
	body := []byte(response.Body)
	kind := "application/json"
	if response.IsBase64Encoded {
		decoded, err := base64.StdEncoding.DecodeString(response.Body)
		if err != nil {
			return answer, nil, err
		}
		body, kind = decoded, "application/octet-stream"
	}
	named := false
	for name, value := range response.Headers {
		answer.Headers = append(answer.Headers, [2]string{name, value})
		named = named || strings.EqualFold(name, "content-type")
	}
	if !named {
		answer.Headers = append(answer.Headers, [2]string{"Content-Type", kind})
	}
	return answer, body, nil
}

// emulatorCall turns a panic into an error, as other languages do with exceptions.
func emulatorCall(request APIGatewayProxyRequest) (response APIGatewayProxyResponse, err error) {
	defer func() {
		if reason := recover(); reason != nil {
			fmt.Fprintf(os.Stderr, "panic: %v\n%s", reason, debug.Stack())
			err = fmt.Errorf("panic: %v", reason)
		}
	}()
	return Handle(context.Background(), request)
}

func emulatorServe(connection net.Conn) {
	defer connection.Close()
	var size uint32
	if binary.Read(connection, binary.BigEndian, &size) != nil {
		return
	}
	encoded := make([]byte, size)
	if _, err := io.ReadFull(connection, encoded); err != nil {
		return
	}
	var head struct {
		Event  APIGatewayProxyRequest `json:"event"`
		Length int                    `json:"length"`
	}
	if err := json.Unmarshal(encoded, &head); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return
	}
	head.Event.RawBody = make([]byte, head.Length)
	if _, err := io.ReadFull(connection, head.Event.RawBody); err != nil {
		return
	}
	response, err := emulatorCall(head.Event)
	var answer emulatorAnswer
	var body []byte
	if err == nil {
		answer, body, err = emulatorReply(response)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		answer = emulatorAnswer{Status: 500, Headers: [][2]string{{"Content-Type", "application/json"}}}
		body, _ = json.Marshal(map[string]string{"message": "The function raised an error; its log has the details."})
	}
	answer.Length = len(body)
	out, _ := json.Marshal(answer)
	binary.Write(connection, binary.BigEndian, uint32(len(out)))
	connection.Write(append(out, body...))
}

func main() {
	path := os.Args[1]
	fd, _ := strconv.Atoi(os.Args[2])
	os.Args = os.Args[:1]
	control := os.NewFile(uintptr(fd), "control")
	syscall.CloseOnExec(fd)
	listener, err := net.Listen("unix", path)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Fprintln(control, `{"ready": true}`)
	go func() {
		// Nothing is ever sent: the end means that the emulator is gone.
		io.Copy(io.Discard, control)
		syscall.Kill(0, syscall.SIGKILL)
	}()
	for {
		connection, err := listener.Accept()
		if err != nil {
			os.Exit(1)
		}
		go emulatorServe(connection)
	}
}
