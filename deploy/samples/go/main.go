// Asks one prompt and prints the answer as it comes: ask HOST:PORT "prompt" [MODEL]
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"

	completion "millrace.dev/samples/gen/millrace/completion/v1"
	gateway "millrace.dev/samples/gen/millrace/gateway/v1"
)

const enough = 200 // bytes; what more comes is neither wanted nor paid for

func main() {
	log.SetFlags(0)
	channel, err := grpc.NewClient(os.Args[1], grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		log.Fatal(err)
	}
	request := &gateway.StreamCompletionRequest{Messages: []*completion.Message{{
		Role:  completion.Role_ROLE_USER,
		Parts: []*completion.ContentPart{{Content: &completion.ContentPart_Text{Text: os.Args[2]}}},
	}}}
	if len(os.Args) > 3 {
		request.Model = os.Args[3]
	}
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	stream, err := gateway.NewGatewayServiceClient(channel).StreamCompletion(ctx, request)
	for shown := 0; err == nil; {
		var event *gateway.StreamCompletionResponse
		if event, err = stream.Recv(); err == nil {
			text := event.GetDelta().GetText()
			fmt.Print(text)
			if shown += len(text); shown > enough {
				cancel()
			}
		}
	}
	fmt.Println()
	if status.Code(err) == codes.Canceled {
		log.Fatal("(cancelled: that was enough)")
	} else if !errors.Is(err, io.EOF) {
		var info errdetails.ErrorInfo
		for _, detail := range status.Convert(err).Details() {
			if found, ok := detail.(*errdetails.ErrorInfo); ok {
				info.Reason = found.Reason
			}
		}
		log.Fatalf("%s %s: %s", status.Code(err), info.Reason, status.Convert(err).Message())
	}
}
