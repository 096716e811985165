// Prints an answer as it comes, and stops one that grows long: ask HOST:PORT "prompt" MODEL SECONDS
package main

import (
	"context"
	"fmt"
	"io"
	"log"
	"os"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"
	completion "millrace.dev/samples/gen/millrace/completion/v1"
	gateway "millrace.dev/samples/gen/millrace/gateway/v1"
)

func main() {
	channel, err := grpc.NewClient(os.Args[1], grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		log.Fatal(err)
	}
	text := &completion.ContentPart{Content: &completion.ContentPart_Text{Text: os.Args[2]}}
	message := &completion.Message{Role: completion.Role_ROLE_USER, Parts: []*completion.ContentPart{text}}
	request := &gateway.StreamCompletionRequest{Messages: []*completion.Message{message}, Model: os.Args[3]}
	deadline, _ := time.ParseDuration(os.Args[4] + "s")
	ctx, cancel := context.WithTimeout(context.Background(), deadline)
	answer, err := gateway.NewGatewayServiceClient(channel).StreamCompletion(ctx, request)
	event, shown := &gateway.StreamCompletionResponse{}, 0
	for ; err == nil; event, err = answer.Recv() {
		fmt.Print(event.GetDelta().GetText())
		if shown += len(event.GetDelta().GetText()); shown > 200 {
			cancel() // what more comes is neither wanted nor paid for
		}
	}
	for _, detail := range status.Convert(err).Details() {
		if info, ok := detail.(*errdetails.ErrorInfo); ok {
			fmt.Println(info.GetReason())
		}
	}
	if err != io.EOF {
		log.Fatal(err)
	}
}
