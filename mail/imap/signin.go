package imap

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
	"github.com/emersion/go-sasl"
	"golang.org/x/oauth2"

	"interdesk/desk"
	"interdesk/store"
)

// oauthSecret is what is sealed for OAuth.
type oauthSecret struct {
	RefreshToken string `json:"refresh_token"`
	ClientSecret string `json:"client_secret"`
}

// tokenTime is how long a server of tokens may take.
const tokenTime = 30 * time.Second

func (s *Service) signIn(ctx context.Context, account desk.AccountID, client *imapclient.Client, box *desk.Mailbox) error {
	secret, err := s.options.Secrets.Open(box.Secret)
	if err != nil {
		return &failure{reason: "What signs in to the mailbox cannot be read any more. Enter it again.", refused: true, err: err}
	}
	if box.Auth == desk.MailboxOAuth {
		err = s.signInByToken(ctx, account, client, box, secret)
	} else {
		err = client.Login(box.Username, secret).Wait()
	}
	if said, ok := errors.AsType[*imap.Error](err); ok {
		return &failure{reason: "The mail server does not let us in: " + serverWords(said), refused: true, err: err}
	}
	return err
}

func (s *Service) signInByToken(ctx context.Context, account desk.AccountID, client *imapclient.Client, box *desk.Mailbox, secret string) error {
	token, err := s.accessToken(ctx, account, box, secret)
	if err != nil {
		return err
	}
	if client.Caps().Has(imap.AuthCap(sasl.OAuthBearer)) {
		return client.Authenticate(sasl.NewOAuthBearerClient(&sasl.OAuthBearerOptions{Username: box.Username, Token: token, Host: box.Host, Port: box.Port}))
	}
	return client.Authenticate(&xoauth2{username: box.Username, token: token})
}

// accessToken renews the token. A server may give a new one to renew by, which takes the old one's place.
func (s *Service) accessToken(ctx context.Context, account desk.AccountID, box *desk.Mailbox, secret string) (string, error) {
	var kept oauthSecret
	if err := json.Unmarshal([]byte(secret), &kept); err != nil {
		return "", &failure{reason: "What signs in to the mailbox cannot be read any more. Enter it again.", refused: true, err: err}
	}
	ctx = context.WithValue(ctx, oauth2.HTTPClient, &http.Client{Transport: s.options.Guard, Timeout: tokenTime})
	config := oauth2.Config{ClientID: box.ClientID, ClientSecret: kept.ClientSecret, Endpoint: oauth2.Endpoint{TokenURL: box.TokenURL}}
	token, err := config.TokenSource(ctx, &oauth2.Token{RefreshToken: kept.RefreshToken}).Token()
	if err != nil {
		return "", tokenFailure(err)
	}
	if token.RefreshToken != "" && token.RefreshToken != kept.RefreshToken {
		kept.RefreshToken = token.RefreshToken
		err = s.keepSecret(ctx, account, box, kept)
	}
	return token.AccessToken, err
}

func tokenFailure(err error) error {
	if refused, ok := errors.AsType[*oauth2.RetrieveError](err); ok {
		words := refused.ErrorCode
		if words == "" && refused.Response != nil {
			words = refused.Response.Status
		}
		return &failure{reason: fmt.Sprintf("The token that signs in to the mailbox is not renewed (%s). Sign in there again.", words), refused: true, err: err}
	}
	return &failure{reason: "The server that renews the token cannot be reached.", err: err}
}

func (s *Service) keepSecret(ctx context.Context, account desk.AccountID, box *desk.Mailbox, secret oauthSecret) error {
	plain, err := json.Marshal(secret)
	if err != nil {
		return err
	}
	sealed, err := s.options.Secrets.Seal(string(plain))
	if err != nil {
		return err
	}
	if box.ID != 0 {
		err = s.store.Account(account).Write(ctx, func(tx *store.Tx) error { return tx.SetMailboxSecret(ctx, box, sealed) })
	}
	if err == nil {
		box.Secret = sealed
	}
	return err
}

// xoauth2 is Google's and Microsoft's own way before OAUTHBEARER (RFC 7628), which not all of their servers speak.
type xoauth2 struct{ username, token string }

func (x *xoauth2) Start() (string, []byte, error) {
	return "XOAUTH2", []byte("user=" + x.username + "\x01auth=Bearer " + x.token + "\x01\x01"), nil
}

// Next answers what the server says of a failure with nothing, as it wants; the failure follows.
func (x *xoauth2) Next([]byte) ([]byte, error) { return []byte{}, nil }
