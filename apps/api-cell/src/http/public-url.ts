/** How clients reach an API, without a slash at the end. */
export class PublicUrl {
  readonly text: string;

  constructor(text: string) {
    this.text = text.replace(/\/+$/, '');
  }
}
