"""What stands between the browser and every view: headers, the refusal of images, the limits of a session."""
