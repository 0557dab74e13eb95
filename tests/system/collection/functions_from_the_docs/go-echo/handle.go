// Copyright: (c) 2026, the e2enetworks.cloud contributors
// GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later
package main

import (
	"context"
	"encoding/json"
	"net/http"
	"os"
)

type reply struct {
	Method string            `json:"method"`
	Path   string            `json:"path"`
	Query  map[string]string `json:"query"`
	Header string            `json:"header"`
	Body   string            `json:"body"`
	Env    string            `json:"env"`
}

func Handle(ctx context.Context, request APIGatewayProxyRequest) (APIGatewayProxyResponse, error) {
	text, err := json.Marshal(reply{
		Method: request.HTTPMethod,
		Path:   request.Path,
		Query:  request.QueryStringParameters,
		Header: request.Headers["x-tag"],
		Body:   request.Body,
		Env:    os.Getenv("GREETING"),
	})
	if err != nil {
		return APIGatewayProxyResponse{}, err
	}
	return APIGatewayProxyResponse{
		StatusCode: http.StatusAccepted,
		Headers:    map[string]string{"Content-Type": "application/json"},
		Body:       string(text),
	}, nil
}
